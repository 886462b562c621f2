/**
 * The references of a page as canonical URLs, made of its bytes.
 *
 * Nearly all references of real pages are plain ("../a/b.html#top"): their URL is the page's folder and
 * what stands there, as `url/canonical-url.ts` explains. Those are joined byte by byte, and the URL they
 * make is looked up among those that were met before, so that no string is made for most links.
 */
import { decodeHTMLAttribute } from "entities/decode";
import { baseParts, canonicalUrl, type Canonicalizer } from "../url/index.ts";
import { KnownTexts } from "./known-texts.ts";
import { type ByteText, emptyText } from "./page-bytes.ts";

/** What is longer is too long for a URL, even if all of it are references to characters. */
const MAX_REFERENCE_BYTES = 512 * 1024;
/** Longer bases and references are not joined here. */
const MAX_JOINED_BYTES = 1024;

const HASH = 0x23;
const DOT = 0x2e;
const SLASH = 0x2f;
const COLON = 0x3a;
const QUESTION = 0x3f;

/** What bytes of a reference are: no parser changes plain ones anywhere in path and query. */
const PLAIN = 0;
const SPECIAL = 1;
const OTHER = 2;
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (/[A-Za-z0-9_~!$()*+,;=@-]/.test(String.fromCharCode(byte))) return PLAIN;
  return [HASH, DOT, SLASH, COLON, QUESTION].includes(byte) ? SPECIAL : OTHER;
});

/** A scheme that is not followed: anything but http and https. */
const OTHER_SCHEME = /^[\0-\x20]*(?!https?:)[a-z][a-z0-9+.-]*:/i;
const ABSOLUTE = /^https?:\/\//i;

interface Reference {
  /** Decoded. */
  readonly text: string;
  /** Its URL, where that is the same for each base. */
  readonly url: string | null | undefined;
}

/** What one way of making URLs canonical makes of the references and URLs that were met last. */
class KnownUrls {
  readonly canonicalize: Canonicalizer;
  /** By what a plain reference was joined to. */
  readonly joined: KnownTexts<string | null>;
  /** By all other references, not decoded. */
  readonly references: KnownTexts<Reference>;

  constructor(canonicalize: Canonicalizer) {
    this.canonicalize = canonicalize;
    this.joined = new KnownTexts(16_384, (url) =>
      canonicalize === canonicalUrl ? url : canonicalize(url),
    );
    this.references = new KnownTexts(2048, (raw) => {
      const text = raw.includes("&") ? decodeHTMLAttribute(raw) : raw;
      if (OTHER_SCHEME.test(text)) return { text, url: null };
      return { text, url: ABSOLUTE.test(text) ? canonicalize(text) : undefined };
    });
  }
}

// A thread has one canonicalizer for as long as it lives.
let known = new KnownUrls(canonicalUrl);

const scratch = emptyText(2 * MAX_JOINED_BYTES + 16);

export class PageUrls {
  readonly #page: ByteText;
  readonly #base: string;
  readonly #known: KnownUrls;
  /** The base up to the last "/" of its path; "" when nothing can be joined to it here. */
  readonly #directory: string;
  readonly #originLength: number;
  /** The base itself, once it was asked for. */
  #self: string | null | undefined;
  /** Where the last reference was written over the directory. */
  #writtenFrom: number;
  #writtenTo: number;

  /** References in `page` that stand for URLs by `base`, an http or https URL. */
  constructor(page: ByteText, base: string, canonicalize: Canonicalizer) {
    if (known.canonicalize !== canonicalize) known = new KnownUrls(canonicalize);
    this.#known = known;
    this.#page = page;
    this.#base = base;
    const { origin, directory } = baseParts(base);
    const isShort = directory !== null && directory.length <= MAX_JOINED_BYTES;
    this.#directory = isShort ? directory : "";
    this.#originLength = origin?.length ?? 0;
    this.#writtenFrom = 0;
    this.#writtenTo = this.#directory.length;
  }

  /** The URL of the attribute value at `start`..`end`, or null when it is none that is followed. */
  resolve(start: number, end: number): string | null {
    if (start === end || this.#page.bytes[start] === HASH) {
      return (this.#self ??= this.resolveText(""));
    }
    const length = this.#join(start, end);
    if (length > 0) return this.#known.joined.get(scratch, 0, length);
    if (end - start > MAX_REFERENCE_BYTES) return null;
    const { text, url } = this.#known.references.get(this.#page, start, end);
    return url === undefined ? this.#known.canonicalize(text, this.#base) : url;
  }

  /** The URL of a reference that stands somewhere else than in an attribute of its own. */
  resolveText(reference: string): string | null {
    return this.#known.canonicalize(reference, this.#base);
  }

  /** Writes the URL of the reference to `scratch` and returns its length; 0 when it is not plain. */
  #join(start: number, end: number): number {
    if (end - start > MAX_JOINED_BYTES || this.#directory === "") return 0;
    this.#restoreDirectory();
    const { bytes } = this.#page;
    const joined = scratch.bytes;
    let prefix = this.#directory.length;
    let at = start;
    // No byte that ends a value is one of these, so looking ahead needs no check of the end.
    while (bytes[at] === DOT) {
      if (bytes[at + 1] === SLASH) {
        at += 2;
      } else if (bytes[at + 1] === DOT && bytes[at + 2] === SLASH) {
        at += 3;
        prefix = this.#parent(prefix);
      } else return 0;
    }
    const isRooted = at === start && bytes[at] === SLASH;
    if (isRooted) {
      if (bytes[at + 1] === SLASH) return 0;
      prefix = this.#originLength;
    }
    let length = prefix;
    let mayBeScheme = !isRooted;
    let inQuery = false;
    this.#writtenFrom = prefix;
    for (; at < end; at++) {
      const byte = bytes[at] as number;
      const kind = KINDS[byte] as number;
      if (kind !== PLAIN) {
        if (byte === HASH) break;
        if (kind === OTHER) return this.#notJoined(length);
        if (!inQuery) {
          if (byte === SLASH) mayBeScheme = false;
          // A segment that begins so may be a dot segment.
          else if (byte === DOT && joined[length - 1] === SLASH) return this.#notJoined(length);
          else if (byte === COLON && mayBeScheme) return this.#notJoined(length);
          else if (byte === QUESTION) {
            if (length === prefix) return this.#notJoined(length);
            inQuery = true;
          }
        }
      }
      joined[length++] = byte;
    }
    this.#writtenTo = length;
    // An empty query is none.
    return joined[length - 1] === QUESTION ? 0 : length;
  }

  #notJoined(length: number): number {
    this.#writtenTo = length;
    return 0;
  }

  #restoreDirectory(): void {
    const directory = this.#directory;
    const end = Math.min(this.#writtenTo, directory.length);
    for (let i = this.#writtenFrom; i < end; i++) scratch.bytes[i] = directory.charCodeAt(i);
    this.#writtenTo = 0;
  }

  /** The length of the folder above that of `length`; the root's is its own (RFC 3986 section 5.2.4). */
  #parent(length: number): number {
    let end = length;
    if (end <= this.#originLength + 1) return end;
    end -= 2;
    while (scratch.bytes[end] !== SLASH) end--;
    return end + 1;
  }
}

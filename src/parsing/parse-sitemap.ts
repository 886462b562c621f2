/** Sitemaps in every form of sitemaps.org: XML, index, plain text, RSS and Atom; gzipped or not. */
import type * as HtmlParser from "htmlparser2";
import { latePackage } from "../late-module.ts";
import type { SitemapEntry } from "../messages.ts";
import { canonicalUrl, type Canonicalizer } from "../url/index.ts";
import { sitemapText } from "./sitemap-bytes.ts";

/** Late: many sites have no sitemap, and it takes 25 ms. */
const htmlparser2 = latePackage("htmlparser2") as () => typeof HtmlParser;

/** The limit of sitemaps.org for one file; for an index, of the sitemaps it names. */
const MAX_SITEMAP_URLS = 50_000;

export interface Sitemap {
  /** The pages it lists, each once. */
  readonly urls: SitemapEntry[];
  /** Further sitemaps: their canonical URLs, each once. */
  readonly sitemaps: string[];
  /** Why the file could not be read, or not to its end; null when all is well. */
  readonly error: string | null;
}

/**
 * What the sitemap at `url` lists. Never throws: what can be read is returned, and `error` says
 * in a sentence what could not. URLs that are not http or https are left out.
 */
export function parseSitemap(
  bytes: Uint8Array,
  url: string,
  canonicalize: Canonicalizer = canonicalUrl,
): Sitemap {
  const { pieces, error } = sitemapText(bytes);
  const list = new SitemapList(url, canonicalize);
  const listError = readPieces(pieces, list);
  return { urls: list.urls, sitemaps: list.sitemaps, error: error ?? listError };
}

class SitemapList {
  readonly urls: SitemapEntry[] = [];
  readonly sitemaps: string[] = [];
  readonly #seen = new Set<string>();
  readonly #base: string;
  readonly #canonicalize: Canonicalizer;
  /** Repeated ones too: they take as long to read. */
  #entries = 0;

  constructor(base: string, canonicalize: Canonicalizer) {
    this.#base = base;
    this.#canonicalize = canonicalize;
  }

  get full(): boolean {
    return this.#entries >= MAX_SITEMAP_URLS;
  }

  add(location: string, lastModified: string, priority: string, isSitemap: boolean): void {
    if (this.full) return;
    this.#entries++;
    const url = this.#canonicalize(location.trim(), this.#base);
    if (url === null || location.trim() === "" || this.#seen.has(url)) return;
    this.#seen.add(url);
    if (isSitemap) this.sitemaps.push(url);
    else
      this.urls.push({ url, lastModified: dateOf(lastModified), priority: priorityOf(priority) });
  }
}

const NO_SITEMAP = "the file is not a sitemap";
const TOO_MANY = "the file lists more than 50,000 URLs; the rest is not read";
const LINE = /[^\r\n]+/g;

/** What begins with "<" is XML, everything else a list of lines. */
function readPieces(pieces: Iterable<string>, list: SitemapList): string | null {
  let reader: XmlFile | Lines | null = null;
  for (const piece of pieces) {
    if (reader === null) {
      const first = /\S/.exec(piece)?.[0];
      if (first === undefined) continue;
      reader = first === "<" ? new XmlFile(list) : new Lines(list);
    }
    // The error of a file that is not read on.
    if (!reader.read(piece)) break;
  }
  return reader?.end() ?? null;
}

/** A line that is longer is no URL that is asked for. */
const MAX_LINE_CHARS = 64 * 1024;

class Lines {
  readonly #list: SitemapList;
  /** The line that the last piece ended in. */
  #rest = "";
  #tooMany = false;

  constructor(list: SitemapList) {
    this.#list = list;
  }

  read(piece: string): boolean {
    const text = this.#rest + piece;
    const end = Math.max(text.lastIndexOf("\n"), text.lastIndexOf("\r")) + 1;
    this.#rest = text.slice(end, end + MAX_LINE_CHARS);
    this.#add(text.slice(0, end));
    return !this.#tooMany;
  }

  end(): string | null {
    this.#add(this.#rest);
    if (this.#tooMany) return TOO_MANY;
    return this.#list.urls.length > 0 ? null : NO_SITEMAP;
  }

  #add(text: string): void {
    for (const [line] of text.matchAll(LINE)) {
      if (this.#list.full) {
        this.#tooMany = true;
        return;
      }
      // A line of anything else, as of an error page, must not become a URL relative to the file.
      if (/^\s*https?:\/\//i.test(line)) this.#list.add(line, "", "", false);
    }
  }
}

/** What a root element's children are called, and which children of those are read. */
interface Format {
  readonly entry: string;
  readonly location: string;
  readonly lastModified: string;
  readonly isIndex: boolean;
}

const RSS: Format = { entry: "item", location: "link", lastModified: "pubdate", isIndex: false };

const FORMATS = new Map<string, Format>([
  ["urlset", { entry: "url", location: "loc", lastModified: "lastmod", isIndex: false }],
  ["sitemapindex", { entry: "sitemap", location: "loc", lastModified: "lastmod", isIndex: true }],
  ["rss", RSS],
  ["rdf", RSS],
  ["feed", { entry: "entry", location: "link", lastModified: "updated", isIndex: false }],
]);

/** No format is deeper than seven; the parser's time grows with the square of the depth. */
const MAX_DEPTH = 64;
/** Of a longer field the rest is not kept: it is no URL, and no date. */
const MAX_FIELD_CHARS = 64 * 1024;
/** Between two pieces it is checked whether to go on. */
const PIECE_CHARS = 64 * 1024;

class XmlFile {
  readonly #reader: XmlSitemapReader;
  readonly #parser: HtmlParser.Parser;

  constructor(list: SitemapList) {
    this.#reader = new XmlSitemapReader(list);
    const { Parser } = htmlparser2();
    this.#parser = new Parser(this.#reader, { xmlMode: true, lowerCaseTags: true });
  }

  read(piece: string): boolean {
    for (let i = 0; i < piece.length && this.#reader.problem === null; i += PIECE_CHARS) {
      this.#parser.write(piece.slice(i, i + PIECE_CHARS));
    }
    return this.#reader.problem === null;
  }

  end(): string | null {
    this.#parser.end();
    return this.#reader.problem ?? (this.#reader.known ? null : NO_SITEMAP);
  }
}

/** Collects the text of the fields of one entry at a time, and adds it at its end. */
class XmlSitemapReader {
  problem: string | null = null;
  readonly #list: SitemapList;
  #format: Format | null = null;
  /** The root's name-space prefix with its colon: "" or "sm:"; what has another is an extension. */
  #prefix = "";
  #depth = 0;
  #entryDepth = 0;
  #field = "";
  readonly #fields = new Map<string, string>();

  constructor(list: SitemapList) {
    this.#list = list;
  }

  get known(): boolean {
    return this.#format !== null;
  }

  onopentag(name: string, attributes: Record<string, string>): void {
    this.#depth++;
    if (this.#depth > MAX_DEPTH) this.problem ??= "the file is nested too deeply for a sitemap";
    if (this.#depth === 1) this.#root(name);
    if (this.#format === null || !name.startsWith(this.#prefix)) return;
    const local = name.slice(this.#prefix.length);
    if (this.#entryDepth === 0) {
      if (local !== this.#format.entry || this.#depth === 1) return;
      this.#entryDepth = this.#depth;
      this.#fields.clear();
    } else if (this.#depth === this.#entryDepth + 1) {
      this.#field = local;
      const { href, rel } = attributes;
      // Atom's link is an attribute; of several, the one to the entry's page has no rel.
      if (local === "link" && href !== undefined && (rel ?? "alternate") === "alternate") {
        this.#fields.set("link", this.#fields.get("link") ?? href);
      }
    }
  }

  ontext(text: string): void {
    if (this.#field === "") return;
    const before = this.#fields.get(this.#field) ?? "";
    if (before.length <= MAX_FIELD_CHARS) this.#fields.set(this.#field, before + text);
  }

  onclosetag(): void {
    if (this.#format !== null && this.#depth === this.#entryDepth) {
      const { location, lastModified, isIndex } = this.#format;
      const field = (name: string): string => this.#fields.get(name) ?? "";
      if (this.#list.full) this.problem ??= TOO_MANY;
      this.#list.add(field(location), field(lastModified), field("priority"), isIndex);
      this.#entryDepth = 0;
    }
    this.#field = "";
    this.#depth--;
  }

  #root(name: string): void {
    const local = name.slice(name.indexOf(":") + 1);
    this.#format = FORMATS.get(local) ?? null;
    // RDF's own name has a prefix, its items have none.
    this.#prefix = local === "rdf" ? "" : name.slice(0, name.length - local.length);
  }
}

/** W3C date-time, or the date of a mail as RSS has it; null when it is neither. */
function dateOf(text: string): number | null {
  const date = text.trim() === "" ? NaN : Date.parse(text.trim());
  return Number.isFinite(date) ? date : null;
}

function priorityOf(text: string): number | null {
  const priority = text.trim() === "" ? NaN : Number(text.trim());
  return priority >= 0 && priority <= 1 ? priority : null;
}

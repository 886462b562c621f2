/** Cookies of a session, over tough-cookie: by domain, path and secure, never by port (RFC 6265). */
import { isIP } from "node:net";
import { CookieJar } from "tough-cookie";
import { BoundedCookieStore } from "./bounded-cookie-store.ts";

/** What a server can make a session keep; RFC 6265 section 6.1 asks for 3000, 50 and 4096 at least. */
export interface CookieLimits {
  /** Cookies of all hosts. */
  readonly inAll: number;
  /** Cookies of one registrable domain. */
  readonly perHost: number;
  /** Characters of one Set-Cookie. */
  readonly length: number;
}

/** The Cookie header of all paths of one host. */
interface Remembered {
  readonly header: string;
  /** Epoch milliseconds at which the first of its cookies expires. */
  readonly until: number;
}

/** Hosts whose header is remembered; past that the memory starts anew. */
const MAX_REMEMBERED = 1000;

/** With these the whole cookie is to be dropped (RFC 6265bis section 5.6); no header could carry it. */
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f]/;

export class SessionCookies {
  readonly #jar: CookieJar;
  readonly #acceptIpHosts: boolean;
  readonly #limits: CookieLimits;
  /** Null once somebody else can change the jar: then each request asks it, which costs 15 µs. */
  #remembered: Map<string, Remembered> | null;

  /**
   * A jar of the caller's own has its own bounds; `limits` are those of a new one, and of what one
   * answer may set. `acceptIpHosts` false is aiohttp's default, true its `unsafe=True` and what
   * requests does.
   */
  constructor(jar: CookieJar | null, acceptIpHosts: boolean, limits: CookieLimits) {
    this.#limits = limits;
    this.#jar =
      jar ??
      new CookieJar(new BoundedCookieStore(limits), {
        rejectPublicSuffixes: true,
        looseMode: true,
      });
    this.#acceptIpHosts = acceptIpHosts;
    this.#remembered = jar === null ? new Map() : null;
  }

  /** The jar, for the caller to read and change. */
  get jar(): CookieJar {
    this.#remembered = null;
    return this.#jar;
  }

  /** The value of Cookie for that URL; "" when there is none. */
  header(url: URL): string {
    if (this.#remembered === null) return this.#jar.getCookieStringSync(url.href);
    const key = url.protocol + url.hostname;
    const known = this.#remembered.get(key);
    if (known !== undefined && known.until > Date.now()) return known.header;
    const header = this.#jar.getCookieStringSync(url.href);
    const all = this.#jar.getCookiesSync(url.href, { allPaths: true });
    if (all.every(({ path }) => path === "/")) {
      if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
      const until = Math.min(...all.map((cookie) => cookie.expiryTime() ?? Infinity));
      this.#remembered.set(key, { header, until });
    }
    return header;
  }

  /** Takes what Set-Cookie says; what the rules forbid is dropped. */
  store(url: URL, setCookies: readonly string[]): void {
    if (setCookies.length === 0) return;
    if (!this.#acceptIpHosts && isIP(url.hostname.replace(/^\[|\]$/g, "")) !== 0) return;
    const { perHost, length } = this.#limits;
    // The jar would keep no more of them, and each costs 20 µs.
    for (const line of setCookies.slice(-perHost)) {
      if (line.length > length || CONTROLS.test(line)) continue;
      this.#jar.setCookieSync(line, url.href, { ignoreError: true });
    }
    this.#remembered?.clear();
  }
}

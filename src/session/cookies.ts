/** Cookies of a session, over tough-cookie: by domain, path and secure, never by port (RFC 6265). */
import { isIP } from "node:net";
import type * as ToughCookie from "tough-cookie";
import type { CookieJar } from "tough-cookie";
import { lateModule, latePackage } from "../late-module.ts";
import type * as BoundedStore from "./bounded-cookie-store.ts";

/** Late: many hosts never set a cookie, and both take 15 ms. */
const toughCookie = latePackage("tough-cookie") as () => typeof ToughCookie;
const boundedStore = lateModule("src/session/bounded-cookie-store") as () => typeof BoundedStore;

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
  /** Null until there is a first cookie for it. */
  #jar: CookieJar | null;
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
    this.#jar = jar;
    this.#acceptIpHosts = acceptIpHosts;
    this.#remembered = jar === null ? new Map() : null;
  }

  /** The jar, for the caller to read and change. */
  get jar(): CookieJar {
    this.#remembered = null;
    return (this.#jar ??= this.#newJar());
  }

  /** The value of Cookie for that URL; "" when there is none. */
  header(url: URL): string {
    if (this.#jar === null) return "";
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
    const jar = (this.#jar ??= this.#newJar());
    // The jar would keep no more of them, and each costs 20 µs.
    for (const line of setCookies.slice(-perHost)) {
      if (line.length > length || CONTROLS.test(line)) continue;
      jar.setCookieSync(line, url.href, { ignoreError: true });
    }
    this.#remembered?.clear();
  }

  #newJar(): CookieJar {
    const { CookieJar } = toughCookie();
    const { BoundedCookieStore } = boundedStore();
    return new CookieJar(new BoundedCookieStore(this.#limits), {
      rejectPublicSuffixes: true,
      looseMode: true,
    });
  }
}

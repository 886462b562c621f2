/** Cookies of a session, over tough-cookie: by domain, path and secure, never by port (RFC 6265). */
import { isIP } from "node:net";
import { CookieJar } from "tough-cookie";

export class SessionCookies {
  readonly jar: CookieJar;
  readonly #acceptIpHosts: boolean;
  /** A jar of our own that never got a cookie need not be asked. */
  #mayHold: boolean;

  /** `acceptIpHosts` false is aiohttp's default, true its `unsafe=True` and what requests does. */
  constructor(jar: CookieJar | null, acceptIpHosts: boolean) {
    this.jar = jar ?? new CookieJar(undefined, { rejectPublicSuffixes: true, looseMode: true });
    this.#acceptIpHosts = acceptIpHosts;
    this.#mayHold = jar !== null;
  }

  /** The value of Cookie for that URL; "" when there is none. */
  header(url: URL): string {
    return this.#mayHold ? this.jar.getCookieStringSync(url.href) : "";
  }

  /** Takes what Set-Cookie says; what the rules forbid is dropped. */
  store(url: URL, setCookies: readonly string[]): void {
    if (setCookies.length === 0) return;
    if (!this.#acceptIpHosts && isIP(url.hostname.replace(/^\[|\]$/g, "")) !== 0) return;
    for (const line of setCookies) {
      this.jar.setCookieSync(line, url.href, { ignoreError: true });
      this.#mayHold = true;
    }
  }
}

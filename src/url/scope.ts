import { canonicalUrl } from "./canonical-url.ts";
import { hostNameOf, originOf, pathOf, portOf, registrableDomain } from "./url-parts.ts";

export type ScopeKind = "host" | "domain" | "prefix" | "any";

/**
 * Which links a run follows, told from its seeds:
 * - `host`: a seed's host name and port; 80 and 443 of one name count as the same;
 * - `domain`: a seed's registrable domain, any port; the host name where there is none;
 * - `prefix`: a seed's host as above and its path up to the last "/";
 * - `any`: every link.
 */
export class Scope {
  readonly kind: ScopeKind;
  /** Hosts or domains; in `prefix`, "host path". */
  readonly #keys = new Set<string>();
  // Links come page by page, so the next one mostly has the origin of the one before.
  #lastOrigin = "";
  #lastKey = "";

  /** Seeds that are no http(s) URL add nothing. */
  constructor(kind: ScopeKind, seeds: readonly string[]) {
    this.kind = kind;
    for (const seed of seeds) this.addSeed(seed);
  }

  /** Adds a seed, or the URL a seed redirects to; true when that widened the scope. */
  addSeed(url: string): boolean {
    const canonical = canonicalUrl(url);
    if (canonical === null || this.kind === "any" || this.has(canonical)) return false;
    const key = this.#originKey(canonical);
    this.#keys.add(this.kind === "prefix" ? `${key} ${directoryOf(canonical)}` : key);
    return true;
  }

  /** Whether a canonical URL is in scope. */
  has(url: string): boolean {
    if (this.kind === "any") return true;
    const key = this.#originKey(url);
    if (this.kind !== "prefix") return this.#keys.has(key);
    // Tries the URL's own folder, then each above it: as long as a path is deep, however many seeds.
    let directory = directoryOf(url);
    for (;;) {
      if (this.#keys.has(`${key} ${directory}`)) return true;
      if (directory.length <= 1) return false;
      directory = directory.slice(0, directory.lastIndexOf("/", directory.length - 2) + 1);
    }
  }

  #originKey(url: string): string {
    const origin = originOf(url);
    if (origin !== this.#lastOrigin) {
      this.#lastOrigin = origin;
      this.#lastKey = this.kind === "domain" ? domainKey(url) : hostKey(url);
    }
    return this.#lastKey;
  }
}

function domainKey(url: string): string {
  const host = hostNameOf(url);
  return registrableDomain(host) ?? host;
}

function hostKey(url: string): string {
  const port = portOf(url);
  return port === 80 || port === 443 ? hostNameOf(url) : `${hostNameOf(url)}:${port}`;
}

function directoryOf(url: string): string {
  const path = pathOf(url);
  return path.slice(0, path.lastIndexOf("/") + 1);
}

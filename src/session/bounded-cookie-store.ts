/**
 * A store of cookies that no flood of Set-Cookie makes larger than its bounds: the cookie that was set
 * longest ago goes first, of its own domain while that has too many. tough-cookie's store has no bound.
 */
import {
  getPublicSuffix,
  MemoryCookieStore,
  type Callback,
  type Cookie,
  type ErrorCallback,
} from "tough-cookie";

/** A cookie's identity (RFC 6265 section 5.3, step 11) as one text. */
type Key = string;

interface Kept {
  readonly domain: string;
  readonly path: string;
  readonly name: string;
  readonly group: string;
}

export class BoundedCookieStore extends MemoryCookieStore {
  readonly #inAll: number;
  readonly #perHost: number;
  /** All cookies, the one set longest ago first. */
  readonly #kept = new Map<Key, Kept>();
  /** Of each registrable domain, in the same order. */
  readonly #groups = new Map<string, Set<Key>>();

  constructor(limits: { readonly inAll: number; readonly perHost: number }) {
    super();
    this.#inAll = limits.inAll;
    this.#perHost = limits.perHost;
  }

  /** How many cookies it holds, expired ones that nobody asked for included. */
  get size(): number {
    return this.#kept.size;
  }

  override findCookies(
    domain: string,
    path: string,
    allowSpecialUseDomain?: boolean,
  ): Promise<Cookie[]>;
  override findCookies(
    domain: string,
    path: string,
    allowSpecialUseDomain?: boolean,
    callback?: Callback<Cookie[]>,
  ): void;
  override findCookies(
    domain: string,
    path: string,
    allowSpecialUseDomain?: boolean,
    callback?: Callback<Cookie[]>,
  ): unknown {
    if (domain.includes(".")) {
      return super.findCookies(domain, path, allowSpecialUseDomain, callback);
    }
    // No domain stands above a name of one label. tough-cookie throws for some: "test", "local".
    // The jar itself looks at the paths once more.
    const found = Object.values(this.idx[domain] ?? {}).flatMap((names) => Object.values(names));
    return callback === undefined ? Promise.resolve(found) : callback(null, found);
  }

  override putCookie(cookie: Cookie): Promise<void>;
  override putCookie(cookie: Cookie, callback: ErrorCallback): void;
  override putCookie(cookie: Cookie, callback?: ErrorCallback): unknown {
    const { domain, path, key: name } = cookie;
    if (domain !== null && path !== null) {
      this.#keep({ domain, path, name, group: groupOf(domain) });
    }
    return callback === undefined ? super.putCookie(cookie) : super.putCookie(cookie, callback);
  }

  override removeCookie(domain: string, path: string, name: string): Promise<void>;
  override removeCookie(domain: string, path: string, name: string, callback: ErrorCallback): void;
  override removeCookie(
    domain: string,
    path: string,
    name: string,
    callback?: ErrorCallback,
  ): unknown {
    this.#remove(keyOf(domain, path, name));
    return callback === undefined ? Promise.resolve() : callback(null);
  }

  override removeCookies(domain: string, path: string | null): Promise<void>;
  override removeCookies(domain: string, path: string | null, callback: ErrorCallback): void;
  override removeCookies(domain: string, path: string | null, callback?: ErrorCallback): unknown {
    for (const [key, kept] of this.#kept) {
      if (kept.domain === domain && (path === null || kept.path === path)) this.#remove(key);
    }
    return callback === undefined ? Promise.resolve() : callback(null);
  }

  override removeAllCookies(): Promise<void>;
  override removeAllCookies(callback: ErrorCallback): void;
  override removeAllCookies(callback?: ErrorCallback): unknown {
    this.#kept.clear();
    this.#groups.clear();
    return callback === undefined ? super.removeAllCookies() : super.removeAllCookies(callback);
  }

  #keep(kept: Kept): void {
    const key = keyOf(kept.domain, kept.path, kept.name);
    this.#remove(key);
    const group = this.#groups.get(kept.group) ?? new Set<Key>();
    if (group.size >= this.#perHost) this.#removeFirst(group);
    if (this.#kept.size >= this.#inAll) this.#removeFirst(this.#kept);
    this.#kept.set(key, kept);
    // Anew: it may have gone with its last cookie.
    this.#groups.set(kept.group, group.add(key));
  }

  #removeFirst(keys: Map<Key, Kept> | Set<Key>): void {
    const first = keys.keys().next();
    if (!first.done) this.#remove(first.value);
  }

  #remove(key: Key): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#kept.delete(key);
    const group = this.#groups.get(kept.group);
    group?.delete(key);
    if (group?.size === 0) this.#groups.delete(kept.group);
    // What holds no cookie any more goes too: names of hosts and paths are the server's to invent.
    const paths = this.idx[kept.domain];
    const names = paths?.[kept.path];
    if (paths === undefined || names === undefined) return;
    delete names[kept.name];
    if (isEmpty(names)) delete paths[kept.path];
    if (isEmpty(paths)) delete this.idx[kept.domain];
  }
}

function keyOf(domain: string, path: string, name: string): Key {
  return JSON.stringify([domain, path, name]);
}

/** What one owner can make up names below: its registrable domain, else the host itself. */
function groupOf(domain: string): string {
  return getPublicSuffix(domain, { allowSpecialUseDomain: true, ignoreError: true }) ?? domain;
}

function isEmpty(index: object): boolean {
  for (const _ in index) return false;
  return true;
}

/**
 * Host names to addresses, as aiohttp's TCPConnector does it: a time to live, one lookup for all
 * that ask at the same time, and the address list rotated by one at each use.
 */
import { lookup as nodeLookup } from "node:dns";
import { dnsFailure } from "./failure.ts";

/** One address of a host. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Resolves a name to all its addresses; rejects with a Node DNS error (`ENOTFOUND`, ...). */
export type Resolver = (host: string) => Promise<readonly ResolvedAddress[]>;

/** What a `dns` event tells. IP literals are never looked up and emit nothing. */
export interface DnsEvent {
  readonly host: string;
  /** `hit`: from the cache or from a lookup that was already under way. */
  readonly outcome: "miss" | "hit";
  /** True when the request waited for a lookup that another had started. */
  readonly coalesced: boolean;
  readonly addresses: readonly string[];
  readonly ms: number;
  /** The code of the failure, if any. */
  readonly error: string | null;
}

/** `getaddrinfo` through libuv's thread pool, in the order the system gives. */
export const systemResolver: Resolver = (host) =>
  new Promise((resolve, reject) => {
    nodeLookup(host, { all: true, order: "verbatim" }, (error, addresses) => {
      if (error) reject(error);
      else resolve(addresses as ResolvedAddress[]);
    });
  });

interface Entry {
  readonly addresses: readonly ResolvedAddress[];
  readonly expiresAt: number;
  next: number;
}

export class DnsCache {
  readonly #resolver: Resolver;
  readonly #ttlMs: number;
  readonly #maxEntries: number;
  readonly #onEvent: (event: DnsEvent) => void;
  readonly #entries = new Map<string, Entry>();
  readonly #pending = new Map<string, Promise<Entry>>();

  /** `ttlMs` 0 keeps nothing (lookups under way are still shared), Infinity keeps for ever. */
  constructor(
    resolver: Resolver,
    ttlMs: number,
    maxEntries: number,
    onEvent: (event: DnsEvent) => void,
  ) {
    this.#resolver = resolver;
    this.#ttlMs = ttlMs;
    this.#maxEntries = maxEntries;
    this.#onEvent = onEvent;
  }

  /** The addresses to try, first the one whose turn it is. Rejects with a Failure. */
  async resolve(host: string): Promise<readonly ResolvedAddress[]> {
    const startedAt = performance.now();
    const cached = this.#entries.get(host);
    if (cached !== undefined && cached.expiresAt > startedAt) {
      // Newest last: the map's order is the LRU order.
      this.#entries.delete(host);
      this.#entries.set(host, cached);
      return this.#use(host, cached, "hit", false, startedAt);
    }
    let pending = this.#pending.get(host);
    const coalesced = pending !== undefined;
    if (pending === undefined) {
      pending = this.#look(host);
      this.#pending.set(host, pending);
    }
    try {
      const entry = await pending;
      return this.#use(host, entry, coalesced ? "hit" : "miss", coalesced, startedAt);
    } catch (error) {
      const failure = dnsFailure(error);
      this.#onEvent({
        host,
        outcome: coalesced ? "hit" : "miss",
        coalesced,
        addresses: [],
        ms: performance.now() - startedAt,
        error: failure.code,
      });
      throw failure;
    }
  }

  clear(): void {
    this.#entries.clear();
  }

  async #look(host: string): Promise<Entry> {
    try {
      const addresses = await this.#resolver(host);
      if (addresses.length === 0) {
        throw Object.assign(new Error(`${host} has no addresses`), { code: "ENODATA" });
      }
      const entry = { addresses, expiresAt: performance.now() + this.#ttlMs, next: 0 };
      if (this.#ttlMs > 0) {
        this.#entries.delete(host);
        this.#entries.set(host, entry);
        if (this.#entries.size > this.#maxEntries) {
          const oldest = this.#entries.keys().next();
          if (!oldest.done) this.#entries.delete(oldest.value);
        }
      }
      return entry;
    } finally {
      this.#pending.delete(host);
    }
  }

  #use(
    host: string,
    entry: Entry,
    outcome: "miss" | "hit",
    coalesced: boolean,
    startedAt: number,
  ): readonly ResolvedAddress[] {
    const { addresses, next } = entry;
    const rotated = [...addresses.slice(next), ...addresses.slice(0, next)];
    entry.next = (next + 1) % addresses.length;
    this.#onEvent({
      host,
      outcome,
      coalesced,
      addresses: rotated.map((each) => each.address),
      ms: performance.now() - startedAt,
      error: null,
    });
    return rotated;
  }
}

/**
 * Hosts and URLs, each stored once. Interning is the hot path: every link of every page comes here. A URL
 * that is not remembered is looked up by its text in `url_key`, which holds all that is asked for; a hash
 * as the key was slower (docs/architecture.md).
 */
import type { InternedUrl, KnownUrl } from "../frontier-store.ts";
import { RecentMap } from "../recent-map.ts";
import { originOf } from "../url/index.ts";
import type { Sqlite, Statement } from "./connection.ts";
import { RecentUrls } from "./recent-urls.ts";

/** Two generations of this many origins are kept in memory. */
const HOSTS_REMEMBERED = 10_000;

export class UrlStore {
  readonly #find: Statement<[string], KnownUrl>;
  readonly #insert: Statement<[string, number, number, number | null]>;
  readonly #nearer: Statement<[number, number]>;
  readonly #findHost: Statement<[string], { id: number }>;
  readonly #insertHost: Statement<[string]>;
  readonly #waitsNearer: Statement<[number, number]>;
  readonly #urls = new RecentUrls();
  readonly #hosts = new RecentMap<string, number>(HOSTS_REMEMBERED);

  constructor(sqlite: Sqlite) {
    this.#find = sqlite.prepare(
      "SELECT id AS urlId, host_id AS hostId, depth FROM url WHERE url = ?",
    );
    this.#insert = sqlite.prepare(
      "INSERT INTO url (url, host_id, first_run_id, depth) VALUES (?, ?, ?, ?)",
    );
    this.#nearer = sqlite.prepare("UPDATE url SET depth = ? WHERE id = ?");
    this.#waitsNearer = sqlite.prepare(
      "UPDATE frontier SET depth = ? WHERE url_id = ? AND state = 'pending'",
    );
    this.#findHost = sqlite.prepare("SELECT id FROM host WHERE origin = ?");
    this.#insertHost = sqlite.prepare("INSERT INTO host (origin) VALUES (?)");
  }

  /** The URL's number; stored when new, its depth lowered when it is now nearer to a seed. */
  intern(url: string, runId: number, depth: number | null): InternedUrl {
    const known = this.#known(url);
    if (known === null) {
      const hostId = this.#host(originOf(url));
      const urlId = Number(this.#insert.run(url, hostId, runId, depth).lastInsertRowid);
      this.#urls.set(url, { urlId, hostId, depth });
      return { urlId, hostId, isNew: true, depthBefore: null };
    }
    const { urlId, hostId, depth: depthBefore } = known;
    if (depth !== null && (depthBefore === null || depth < depthBefore)) {
      this.#nearer.run(depth, urlId);
      this.#waitsNearer.run(depth, urlId);
      this.#urls.set(url, { urlId, hostId, depth });
    }
    return { urlId, hostId, isNew: false, depthBefore };
  }

  /** What a transaction stored and then undid must not be remembered. */
  forget(): void {
    this.#urls.clear();
    this.#hosts.clear();
  }

  #known(url: string): KnownUrl | null {
    const remembered = this.#urls.get(url);
    if (remembered !== null) return remembered;
    const row = this.#find.get(url);
    if (row === undefined) return null;
    this.#urls.set(url, row);
    return row;
  }

  #host(origin: string): number {
    let id = this.#hosts.get(origin);
    if (id === undefined) {
      id = this.#findHost.get(origin)?.id ?? Number(this.#insertHost.run(origin).lastInsertRowid);
      this.#hosts.set(origin, id);
    }
    return id;
  }
}

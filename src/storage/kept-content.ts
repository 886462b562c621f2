/** What a crawl keeps of pages beyond their facts: the text with its index, and the bodies. */
import type { KeptBody } from "../messages.ts";
import { BodyStore } from "./body-store.ts";
import type { Sqlite, Statement } from "./connection.ts";
import { bodiesPath, holdsBodies } from "./open-bodies.ts";
import type { StorageLook, WalLimits } from "./storage-watch.ts";
import { TextStore, type ReadText } from "./text-store.ts";

export interface Keeps {
  readonly text: boolean;
  readonly bodies: boolean;
}

/** In `meta`: the bodies that rows name were left out of this copy on purpose. */
export const LEFT_OUT = { key: "bodies", value: "left out" } as const;

export class KeptContent {
  readonly #sqlite: Sqlite;
  readonly #path: string;
  readonly #walLimits: WalLimits;
  readonly #texts: TextStore;
  readonly #name: Statement<[number, string, number]>;
  readonly #nameAgain: Statement<[number, number]>;
  #keeps: Keeps = { text: false, bodies: false };
  #bodies: BodyStore | null = null;

  constructor(sqlite: Sqlite, path: string, walLimits: WalLimits) {
    this.#sqlite = sqlite;
    this.#path = path;
    this.#walLimits = walLimits;
    this.#texts = new TextStore(sqlite);
    this.#name = sqlite.prepare(`INSERT INTO fetch_body (fetch_id, hash, truncated) VALUES (?, ?, ?)
      ON CONFLICT (fetch_id) DO NOTHING`);
    this.#nameAgain = sqlite.prepare(`INSERT INTO fetch_body (fetch_id, hash, truncated)
      SELECT ?, hash, truncated FROM fetch_body WHERE fetch_id = ? ON CONFLICT (fetch_id) DO NOTHING`);
  }

  /**
   * What the crawl that begins keeps; not within a transaction.
   * @throws UsageError when the file of the bodies cannot be used
   */
  begin(keeps: Keeps): void {
    this.#keeps = keeps;
    if (!keeps.bodies) return;
    if (!holdsBodies(bodiesPath(this.#path))) this.#forgetBodies();
    this.#bodies = BodyStore.open(this.#path, this.#walLimits);
  }

  /** Whether this crawl keeps something of a page that is not held, so that it has to be read again. */
  isLacking(of: { readonly lacksText: boolean; readonly lacksBody: boolean }): boolean {
    return (this.#keeps.text && of.lacksText) || (this.#keeps.bodies && of.lacksBody);
  }

  recordText(text: ReadText): void {
    this.#texts.record(text);
  }

  /** @throws StorageError when the second file cannot be written */
  recordBody(fetchId: number, body: KeptBody): void {
    if (this.#bodies === null) throw new Error("a body came that was not asked for");
    this.#bodies.put(body);
    this.#name.run(fetchId, body.hash, body.truncated ? 1 : 0);
  }

  /** An attempt confirmed what another one brought. */
  recordSame(fetchId: number, heldFetchId: number): void {
    this.#nameAgain.run(fetchId, heldFetchId);
  }

  /** Before the rows that name them are committed. */
  commit(): void {
    this.#bodies?.commit();
  }

  rollback(): void {
    this.#bodies?.rollback();
  }

  /** The worse of two looks. */
  look(now: number, database: StorageLook): StorageLook {
    const bodies = this.#bodies?.look(now) ?? null;
    return bodies !== null && bodies.walBytes > database.walBytes ? bodies : database;
  }

  close(): void {
    this.#bodies?.close();
    this.#bodies = null;
  }

  /** The file is not there, or not any more: nothing that rows name is held. */
  #forgetBodies(): void {
    this.#sqlite
      .transaction(() => {
        this.#sqlite.exec("DELETE FROM fetch_body");
        this.#sqlite.prepare("DELETE FROM meta WHERE key = ?").run(LEFT_OUT.key);
      })
      .immediate();
  }
}

/**
 * Rows of `page_text`, and the index over the newest of each page. The index keeps no copy of the text: what
 * it is to forget has to be told in the very words that it was given, so both change in one place.
 */
import type { KeptText } from "../messages.ts";
import type { Sqlite, Statement } from "./connection.ts";

interface IndexedText {
  readonly title: string | null;
  readonly heading: string | null;
  readonly text: string;
}

/** The version of a page that a recorded outcome belongs to. */
export interface RecordedVersion {
  readonly firstRunId: number;
  /** Whether its row was written, and not only seen again. */
  readonly isNew: boolean;
}

/** The text of a page that was read. */
export interface ReadText {
  readonly urlId: number;
  readonly version: RecordedVersion;
  readonly title: string | null;
  readonly heading: string | null;
  readonly kept: KeptText;
}

export class TextStore {
  readonly #has: Statement<[number, number], { id: number }>;
  readonly #newest: Statement<[number], IndexedText>;
  readonly #put: Statement<(number | string | null)[]>;
  readonly #forget: Statement<(number | string | null)[]>;
  readonly #index: Statement<(number | string | null)[]>;

  constructor(sqlite: Sqlite) {
    this.#has = sqlite.prepare("SELECT id FROM page_text WHERE url_id = ? AND first_run_id = ?");
    this.#newest = sqlite.prepare("SELECT title, heading, text FROM v_page_text WHERE url_id = ?");
    this.#put =
      sqlite.prepare(`INSERT INTO page_text (url_id, first_run_id, title, heading, text, truncated)
      VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (url_id, first_run_id) DO UPDATE SET title = excluded.title,
        heading = excluded.heading, text = excluded.text, truncated = excluded.truncated`);
    this.#forget =
      sqlite.prepare(`INSERT INTO page_search (page_search, rowid, title, heading, text)
      VALUES ('delete', ?, ?, ?, ?)`);
    this.#index = sqlite.prepare(
      "INSERT INTO page_search (rowid, title, heading, text) VALUES (?, ?, ?, ?)",
    );
  }

  /** The text of the newest version of a page; one that is held already stays as it is. */
  record({ urlId, version, title, heading, kept }: ReadText): void {
    if (!version.isNew && this.#has.get(urlId, version.firstRunId) !== undefined) return;
    const before = this.#newest.get(urlId);
    if (before !== undefined) {
      this.#forget.run(urlId, before.title, before.heading, before.text);
    }
    const { text, truncated } = kept;
    this.#put.run(urlId, version.firstRunId, title, heading, text, truncated ? 1 : 0);
    this.#index.run(urlId, title, heading, text);
  }
}

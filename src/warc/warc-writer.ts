/** A thread's part of an archive: its exchanges in the order in which they ended, in files of its own. */
import { StorageError } from "../errors.ts";
import type { RecordedExchange } from "../session/index.ts";
import { exchangeRecords, type AboutRequest } from "./exchange-records.ts";
import { gzipMember } from "./gzip-member.ts";
import { makeInfo, newRecordId } from "./make-record.ts";
import { SeenPayloads } from "./seen-payloads.ts";
import { WarcFile } from "./warc-file.ts";
import type { WarcSettings } from "./warc-settings.ts";

export class WarcWriter {
  readonly #settings: WarcSettings;
  readonly #thread: number;
  readonly #seen = new SeenPayloads();
  #file: WarcFile | null = null;
  #infoId = "";
  #serial = 0;
  /** One exchange is written after another: that bounds what waits in memory as compressed copies. */
  #last: Promise<void> = Promise.resolve();
  #failure: StorageError | null = null;

  constructor(settings: WarcSettings, thread: number) {
    this.#settings = settings;
    this.#thread = thread;
  }

  /**
   * Resolves when the exchange's records are in the file.
   * @throws StorageError when they cannot be written; so does every later call
   */
  async write(recorded: RecordedExchange, about: AboutRequest): Promise<void> {
    const written = this.#last.then(() => this.#write(recorded, about));
    this.#last = written.catch(() => {});
    await written;
  }

  /** Closes the file; what it holds is kept. */
  async close(): Promise<void> {
    await this.#last;
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  async #write(recorded: RecordedExchange, about: AboutRequest): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    if (recorded.response === null) return;
    try {
      const file = await this.#openFile();
      const state = { infoId: this.#infoId, seen: this.#seen };
      for (const record of await exchangeRecords(recorded, about, state)) {
        await file.append(await gzipMember(record));
      }
    } catch (error) {
      throw (this.#failure = this.#failureOf(error));
    }
  }

  /** The file that is written to: a new one where there is none, or the last is full. */
  async #openFile(): Promise<WarcFile> {
    if (this.#file !== null && this.#file.bytes < this.#settings.maxFileBytes) return this.#file;
    const full = this.#file;
    this.#file = null;
    await full?.close();
    const { file, serial } = await WarcFile.create(this.#settings, this.#thread, this.#serial);
    this.#file = file;
    this.#serial = serial + 1;
    this.#infoId = newRecordId();
    const info = await makeInfo(this.#infoId, file.name, this.#settings.info);
    await file.append(await gzipMember(info));
    return file;
  }

  #failureOf(error: unknown): StorageError {
    const code = (error as NodeJS.ErrnoException).code;
    const why =
      code === "ENOSPC" || code === "EDQUOT"
        ? "the disk is full"
        : error instanceof Error
          ? error.message
          : String(error);
    return new StorageError(
      "warc_failed",
      `The archive in ${this.#settings.folder} cannot be written: ${why}. What was written is kept; mend the cause and run the same crawl again to continue.`,
      { cause: error },
    );
  }
}

/** This thread's part of the crawl's archive (`crawl --warc`). */
import { StorageError } from "../src/errors.ts";
import type { ExchangeRecorder } from "../src/session/index.ts";
import type { WarcSettings } from "../src/warc/index.ts";
import type { WarcWriter } from "../src/warc/warc-writer.ts";

export class Archive {
  readonly #settings: WarcSettings;
  readonly #thread: number;
  #writer: Promise<WarcWriter> | null = null;
  #failure: StorageError | null = null;

  constructor(settings: WarcSettings, thread: number) {
    this.#settings = settings;
    this.#thread = thread;
  }

  /** Why nothing is archived any more; null while all is well. */
  get failure(): string | null {
    return this.#failure?.message ?? null;
  }

  /**
   * @param headers of the user's own: their values are secrets
   * @param heldAt when the answer was asked for that a 304 would confirm; null without one
   */
  recorder(
    headers: readonly (readonly [string, string])[],
    heldAt: number | null,
  ): ExchangeRecorder {
    const about = { secretNames: new Set(headers.map(([name]) => name.toLowerCase())), heldAt };
    return async (recorded) => {
      try {
        const writer = await (this.#writer ??= this.#newWriter());
        await writer.write(recorded, about);
      } catch (error) {
        if (error instanceof StorageError) this.#failure ??= error;
        throw error;
      }
    };
  }

  async close(): Promise<void> {
    await (await this.#writer)?.close();
  }

  /** Loaded late: crawls that are not archived do without the library. */
  async #newWriter(): Promise<WarcWriter> {
    const { WarcWriter } = await import("../src/warc/warc-writer.ts");
    return new WarcWriter(this.#settings, this.#thread);
  }
}

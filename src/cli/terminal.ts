/**
 * The process's streams as the commands see them: what is a terminal, how wide it is, colours only
 * where they are wanted, and a reader that went away is no error.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { styleText } from "node:util";
import { StorageError } from "../errors.ts";

type Format = Parameters<typeof styleText>[0];

/** One of stdout and stderr. */
export class Output {
  readonly #stream: NodeJS.WriteStream;
  #closed = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    stream.on("error", (error: NodeJS.ErrnoException) => {
      this.#closed = true;
      // The reader has seen enough (`| head`): that is its success, not our failure.
      if (error.code === "EPIPE") return;
      const why = error.code === "ENOSPC" ? "the disk is full" : error.message;
      throw new StorageError(
        "output_failed",
        `The output cannot be written: ${why}. Mend the cause, or write it elsewhere.`,
        { cause: error },
      );
    });
  }

  /** True once the reader went away: whatever is written from then on is dropped. */
  get closed(): boolean {
    return this.#closed;
  }

  /** True where what is written may be obeyed, and not only kept: any terminal, a simple one too. */
  get isTty(): boolean {
    return this.#stream.isTTY;
  }

  /** True where a line can be rewritten in place. */
  get isTerminal(): boolean {
    return this.isTty && process.env["TERM"] !== "dumb";
  }

  /** The width in cells; Infinity when this is no terminal. */
  get columns(): number {
    return this.isTerminal ? this.#stream.columns || 80 : Infinity;
  }

  write(text: string): void {
    if (!this.#closed) this.#stream.write(text);
  }

  /** Writes chunk by chunk, no faster than the reader takes them, until the end or until it went away. */
  async writeAll(chunks: Iterable<string | Uint8Array>): Promise<void> {
    for (const chunk of chunks) {
      if (this.#closed) return;
      if (this.#stream.write(chunk)) {
        // A pipe is written at once; that nobody reads it any more is told in the next turn.
        await nextTurn();
        continue;
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#stream.once("drain", resolve).once("close", resolve);
      await promise;
      this.#stream.off("drain", resolve).off("close", resolve);
    }
  }

  line(text = ""): void {
    this.write(`${text}\n`);
  }

  /** `text` in a style, where this is a terminal and neither NO_COLOR nor the like forbids it. */
  style(format: Format, text: string): string {
    return styleText(format, text, { stream: this.#stream });
  }

  /** Resolves when all that was written has left the process, or never will. */
  async flush(): Promise<void> {
    if (this.#closed || this.#stream.writableLength === 0) return;
    await new Promise<void>((resolve) => {
      this.#stream.write("", () => resolve());
    });
  }
}

/** Where a command reads and writes. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream;
  /** The result, and nothing else. */
  readonly stdout: Output;
  /** Progress, warnings, errors. */
  readonly stderr: Output;
}

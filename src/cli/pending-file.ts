/** A file that is written under another name, chunk by chunk, and gets its own when it is whole. */
import { createWriteStream, existsSync, realpathSync, rmSync, statSync } from "node:fs";
import { Readable, type Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip, createZstdCompress } from "node:zlib";
import { notWritten, takeName, type NewFile } from "./new-file.ts";

export class PendingFile {
  readonly #file: NewFile;
  readonly #target: string;
  /** Where the content is; the target itself where that is a pipe or a device. */
  readonly #partial: string;

  private constructor(file: NewFile) {
    const { path } = file;
    this.#file = file;
    this.#target = existsSync(path) ? realpathSync(path) : path;
    const isOther = existsSync(path) && !statSync(path).isFile();
    this.#partial = isOther ? this.#target : `${this.#target}.partial-${process.pid}`;
  }

  /**
   * Writes the content; nothing of it is left where that fails.
   * @throws UsageError when it cannot be written, and whatever taking the chunks throws
   */
  static async write(
    file: NewFile,
    chunks: Iterable<string | Uint8Array>,
    compression: "gzip" | "zstd" | null,
  ): Promise<PendingFile> {
    const pending = new PendingFile(file);
    const source = Readable.from(chunks, { objectMode: false });
    const target = createWriteStream(pending.#partial);
    try {
      if (compression === null) await pipeline(source, target);
      else await pipeline(source, compressor(compression), target);
      return pending;
    } catch (error) {
      pending.discard();
      // Only what the system says of a file is the file's failure.
      const isOfFile = error instanceof Error && "syscall" in error;
      throw isOfFile ? notWritten(file, error) : error;
    }
  }

  /** @throws UsageError when the target has come to exist meanwhile, or cannot be replaced */
  commit(): void {
    if (this.#partial === this.#target) return;
    try {
      takeName(this.#partial, this.#target, this.#file.force);
    } catch (error) {
      this.discard();
      throw notWritten(this.#file, error);
    }
  }

  discard(): void {
    if (this.#partial !== this.#target) rmSync(this.#partial, { force: true });
  }
}

function compressor(compression: "gzip" | "zstd"): Duplex {
  return compression === "gzip" ? createGzip() : createZstdCompress();
}

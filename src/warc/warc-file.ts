/**
 * One file of an archive while it is written. Only whole records are appended; one that could not be written
 * to its end is taken back, so that what is there stays readable.
 */
import { existsSync } from "node:fs";
import { open, rename, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { closedName, openName } from "./warc-file-name.ts";
import type { WarcSettings } from "./warc-settings.ts";

export class WarcFile {
  /** Its name once it is closed. */
  readonly name: string;
  readonly #folder: string;
  readonly #handle: FileHandle;
  #bytes = 0;

  private constructor(folder: string, name: string, handle: FileHandle) {
    this.#folder = folder;
    this.name = name;
    this.#handle = handle;
  }

  /** Begins the file of that number, or of the next that is free. */
  static async create(
    { folder, prefix }: WarcSettings,
    thread: number,
    firstSerial: number,
  ): Promise<{ readonly file: WarcFile; readonly serial: number }> {
    for (let serial = firstSerial; ; serial += 1) {
      const name = closedName(prefix, thread, serial);
      if (existsSync(join(folder, name))) continue;
      try {
        const handle = await open(join(folder, openName(name)), "wx");
        return { file: new WarcFile(folder, name, handle), serial };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  async append(member: Uint8Array): Promise<void> {
    try {
      let written = 0;
      while (written < member.length) {
        const at = this.#bytes + written;
        const { bytesWritten } = await this.#handle.write(member, written, undefined, at);
        written += bytesWritten;
      }
    } catch (error) {
      await this.#handle.truncate(this.#bytes);
      throw error;
    }
    this.#bytes += member.length;
  }

  /** Gives the file its name. */
  async close(): Promise<void> {
    await this.#handle.close();
    await rename(join(this.#folder, openName(this.name)), join(this.#folder, this.name));
  }
}

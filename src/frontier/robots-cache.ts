/**
 * Parsed robots.txt files, those used lately: bounded by the size of the files they came from. A host
 * whose rules are not here any more has them parsed again from the store.
 */
import { parseRobots, type Robots } from "../politeness/index.ts";

/** Parsed, a file of many short rules takes about ten times its size. */
const MAX_BYTES = 16 * 1024 * 1024;
/** What a file without any text counts as. */
const LEAST_BYTES = 256;

export class RobotsCache {
  readonly #maxBytes: number;
  readonly #files = new Map<number, { readonly robots: Robots; readonly bytes: number }>();
  #bytes = 0;

  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  get(hostId: number): Robots | null {
    const file = this.#files.get(hostId);
    if (file === undefined) return null;
    this.#files.delete(hostId);
    this.#files.set(hostId, file);
    return file.robots;
  }

  /** Parses a host's file and keeps it, in place of the one before. */
  parse(hostId: number, body: Uint8Array): Robots {
    this.#remove(hostId);
    const robots = parseRobots(body);
    const bytes = Math.max(LEAST_BYTES, body.length);
    this.#files.set(hostId, { robots, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#files.keys()) {
      if (this.#bytes <= this.#maxBytes || oldest === hostId) break;
      this.#remove(oldest);
    }
    return robots;
  }

  #remove(hostId: number): void {
    const file = this.#files.get(hostId);
    if (file === undefined) return;
    this.#files.delete(hostId);
    this.#bytes -= file.bytes;
  }
}

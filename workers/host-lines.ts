/**
 * The requests that this thread was handed, host by host, in the order in which they came: so many at once
 * as its batch says are in flight, the others wait in line. The line of a host that is in trouble, or that
 * the coordinator asks for, is given back.
 */
import type { FetchRequest, ThreadBatch } from "../src/messages.ts";

interface Waiting {
  readonly urlId: number;
  readonly atOnce: number;
  readonly resolve: (mayStart: boolean) => void;
}

interface HostLine {
  inFlight: number;
  readonly waiting: Waiting[];
}

export class HostLines {
  readonly #hosts = new Map<number, HostLine>();

  /** Resolves when a request starts, with true: `leave` then ends it. With false when it was given back. */
  enter({ hostId, atOnce }: ThreadBatch, { urlId }: FetchRequest): Promise<boolean> | true {
    const line = this.#hosts.get(hostId) ?? { inFlight: 0, waiting: [] };
    this.#hosts.set(hostId, line);
    if (line.inFlight < atOnce) {
      line.inFlight += 1;
      return true;
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    line.waiting.push({ urlId, atOnce, resolve });
    return promise;
  }

  /** A request of a host has ended: the next in line starts. */
  leave(hostId: number): void {
    const line = this.#hosts.get(hostId);
    if (line === undefined) return;
    line.inFlight -= 1;
    const next = line.waiting[0];
    if (next !== undefined && line.inFlight < next.atOnce) {
      line.waiting.shift();
      line.inFlight += 1;
      next.resolve(true);
    }
    if (line.inFlight === 0) this.#hosts.delete(hostId);
  }

  /** Empties the line of a host, or all of them; returns the URLs that waited. */
  giveBack(hostId: number | null): number[] {
    const lines = hostId === null ? [...this.#hosts.values()] : [this.#hosts.get(hostId)];
    return lines.flatMap((line) => {
      const waiting = line?.waiting.splice(0) ?? [];
      for (const { resolve } of waiting) resolve(false);
      return waiting.map(({ urlId }) => urlId);
    });
  }
}

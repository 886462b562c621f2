/** The hosts of a run that are known in memory, and how much of each one's queue is kept there. */
import { HostQueue } from "./host-queue.ts";

/** URLs held in memory, over all hosts. */
const WINDOW_TOTAL = 50_000;
const WINDOW_MAX = 512;
const WINDOW_MIN = 16;

export class HostTable {
  readonly #hosts = new Map<number, HostQueue>();

  /** A host's queue, made when it is first asked for. */
  at(hostId: number, origin: string): HostQueue {
    let host = this.#hosts.get(hostId);
    if (host === undefined) {
      host = new HostQueue(hostId, origin);
      this.#hosts.set(hostId, host);
    }
    return host;
  }

  /** Hosts with a request in flight. */
  get active(): number {
    let active = 0;
    for (const host of this.#hosts.values()) if (host.inFlight > 0) active += 1;
    return active;
  }

  /** URLs of one host that are kept in memory: fewer as there are more hosts. */
  get windowSize(): number {
    const share = Math.floor(WINDOW_TOTAL / Math.max(1, this.#hosts.size));
    return Math.max(WINDOW_MIN, Math.min(WINDOW_MAX, share));
  }
}

/**
 * What sockets have read is collected while it is little. Each read has a block of its own, up to 64 KiB
 * and outside of V8's heap, so that V8 would let them come to 64 MB; malloc does not give all of that back.
 */
import type { Socket } from "node:net";
import { getHeapStatistics } from "node:v8";
import { collectYoungGarbage } from "../collect-garbage.ts";

/** Of this thread, from all its sockets. */
const COLLECT_EVERY_BYTES = 4 * 1024 * 1024;

let uncollected = 0;
/** The least that V8 has counted outside of its heap since this thread last collected. */
let leastExternal = 0;

/** Counts what `socket` reads; not for one of HTTP/2, which never comes through JavaScript. */
export function collectReads(socket: Socket): void {
  let before = socket.bytesRead;
  socket.on("readable", () => {
    const { bytesRead } = socket;
    uncollected += bytesRead - before;
    before = bytesRead;
    if (uncollected < COLLECT_EVERY_BYTES) return;
    uncollected = 0;
    collectUnlessCollected();
  });
}

/** Mostly V8 has collected by itself meanwhile: 31 of 111 collections are left on the Rust manual. */
function collectUnlessCollected(): void {
  const external = getHeapStatistics().external_memory;
  if (external < leastExternal + COLLECT_EVERY_BYTES) {
    leastExternal = Math.min(leastExternal, external);
    return;
  }
  collectYoungGarbage();
  leastExternal = getHeapStatistics().external_memory;
}

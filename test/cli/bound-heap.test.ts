/** How far V8's heaps grow in a process that crawls. The flags are the process's: this file has one of its own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { getHeapSpaceStatistics } from "node:v8";
import { boundHeaps, boundYoung } from "../../src/cli/bound-heap.ts";

const MIB = 1024 * 1024;

function youngBytes(): number {
  const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space");
  return young?.space_size ?? 0;
}

/** Makes `count` objects of which the last 300,000 stay alive, so that much of what is young survives. */
function makeObjects(count: number): void {
  const alive: unknown[] = [];
  for (let index = 0; index < count; index += 1) {
    alive[index % 300_000] = { index, own: [index] };
  }
}

test("the young generation grows to its bound and no further", () => {
  const heaps = boundHeaps(2);
  heaps.bound();
  for (let round = 0; round < 100 && youngBytes() < 32 * MIB; round += 1) {
    boundYoung();
    makeObjects(100_000);
  }
  boundYoung();
  const bound = youngBytes();
  assert.ok(bound >= 32 * MIB && bound <= 64 * MIB, `${bound / MIB} MiB`);
  makeObjects(2_000_000);
  assert.equal(youngBytes(), bound);
  heaps.letGrow();
});

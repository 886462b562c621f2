/** Stack distances in one pass, against caches that really are LRUs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { StackDistances } from "../../src/advise/stack-distances.ts";
import { randomSource } from "../session/interleavings.ts";

/** Misses of an LRU of that size, by keeping one. */
function missesOf(uses: readonly number[], capacity: number): number {
  const kept = new Set<number>();
  let misses = 0;
  for (const key of uses) {
    if (!kept.delete(key)) misses += 1;
    kept.add(key);
    if (kept.size > capacity) kept.delete([...kept][0]!);
  }
  return misses;
}

test("the distance of a use is how many keys were used since its last, itself included", () => {
  const distances = new StackDistances();
  assert.deepEqual(
    [1, 2, 3, 2, 2, 1, 3, 4, 1].map((key) => distances.use(key)),
    [Infinity, Infinity, Infinity, 2, 1, 3, 3, Infinity, 3],
  );
  assert.equal(distances.cold, 4);
  assert.equal(distances.needed, 3);
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((capacity) => distances.misses(capacity)),
    [9, 8, 7, 4, 4],
  );
});

test("one pass says what an LRU of any size misses, over sequences much longer than there are keys", () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const random = randomSource(seed);
    const keys = 1 + Math.floor(random() * 300);
    // Some keys are used far more often than others.
    const uses = Array.from({ length: 3_000 }, () => Math.floor(random() ** 2 * keys));
    const distances = new StackDistances();
    for (const key of uses) distances.use(key);
    for (const capacity of [1, 2, 3, 7, 20, 64, 65, 150, 299, 300]) {
      assert.equal(
        distances.misses(capacity),
        missesOf(uses, capacity),
        `seed ${seed}, capacity ${capacity}`,
      );
    }
    assert.equal(distances.misses(distances.needed), distances.cold);
    if (distances.needed > 1) {
      assert.ok(distances.misses(distances.needed - 1) > distances.cold, `seed ${seed}`);
    }
  }
});

import { describe, it } from "node:test";
import { Interleaving, randomSource } from "./interleavings.ts";

const RUNS = 100;
const STEPS = 40;

describe("random interleavings", () => {
  it(`${RUNS * STEPS} steps keep every count and every bound`, async () => {
    const first = Number(process.env["WEBSPOOL_TEST_SEED"] ?? 1);
    for (let seed = first; seed < first + RUNS; seed += 1) {
      const random = randomSource(seed);
      const upTo = (most: number): number => Math.floor(random() * (most + 1));
      const options = {
        poolConnections: 1 + upTo(2),
        poolMaxsize: upTo(3),
        poolBlock: random() < 0.5,
        limit: upTo(4),
        maxOpen: random() < 0.3 ? 1 + upTo(3) : 0,
        limitPerHost: upTo(2),
        order: random() < 0.5 ? ("lifo" as const) : ("fifo" as const),
      };
      try {
        await new Interleaving(options, seed % 2 === 0, random).run(STEPS);
      } catch (error) {
        throw new Error(`WEBSPOOL_TEST_SEED=${seed} ${JSON.stringify(options)}`, { cause: error });
      }
    }
  });
});

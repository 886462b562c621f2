/**
 * The acceptance cases measured on requests, urllib3, aiohttp and undici, each against real local
 * servers. Prints ours beside the original's; the table's expectations decide.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { aiohttpCases } from "./cases/aiohttp.ts";
import { Bench, type Case } from "./cases/case.ts";
import { failureCases } from "./cases/failures.ts";
import { ourCases } from "./cases/ours.ts";
import { poolCases } from "./cases/pools.ts";
import { redirectCases } from "./cases/redirects.ts";

const cases: readonly Case[] = [
  ...poolCases,
  ...failureCases,
  ...redirectCases,
  ...aiohttpCases,
  ...ourCases,
];

describe("case table", { concurrency: 6 }, () => {
  for (const each of cases) {
    it(`${each.id} (${each.preset}): ${each.does}`, async (test) => {
      const bench = new Bench(each.preset);
      try {
        const ours = await each.run(bench);
        test.diagnostic(`original: ${each.original}`);
        test.diagnostic(`ours:     ${ours}`);
        assert.equal(ours, each.expected);
      } finally {
        await bench.close();
      }
    });
  }
});

/** docs/audit.md is what happens: each command is run, and prints what stands below it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runCli, temporaryFolder } from "../helpers/cli-process.ts";

interface Step {
  readonly args: readonly string[];
  readonly lines: readonly string[];
}

/** The commands of the ```console blocks with the lines below each. */
function steps(markdown: string): Step[] {
  const blocks = Array.from(markdown.matchAll(/^```console\n(.*?)^```$/gms), ([, block]) => block);
  return blocks.flatMap((block = "") =>
    block
      .split(/^\$ webspool /m)
      .slice(1)
      .map((text) => {
        const [command = "", ...lines] = text.trimEnd().split("\n");
        const args = Array.from(
          command.matchAll(/"([^"]*)"|(\S+)/g),
          ([, quoted, word]) => quoted ?? word ?? "",
        );
        return { args, lines };
      }),
  );
}

/** The port is another each time, and the column is as wide as it; spaces at the end are not seen. */
const settled = (line: string): string =>
  line
    .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:0")
    .replaceAll(/-{3,}/g, "---")
    .replaceAll(/ {2,}/g, "  ")
    .trimEnd();

test("the tutorial of audits prints what it says", async (context) => {
  const folder = temporaryFolder(context);
  const tutorial = steps(readFileSync(join(import.meta.dirname, "../../docs/audit.md"), "utf8"));
  assert.ok(tutorial.length >= 10);
  for (const { args, lines } of tutorial) {
    const { code, stdout, stderr } = await runCli(context, folder, ...args);
    assert.equal(code, 0, `webspool ${args.join(" ")}: ${stderr}`);
    if (lines.length === 0) continue;
    const printed = stdout.trimEnd().split("\n").map(settled);
    const told = lines.map(settled);
    // Of a report its end is shown, up to the dots; of a query all of it.
    const from = printed.indexOf(told[0] ?? "");
    const shown = told.at(-1) === "..." ? told.slice(0, -1) : told;
    assert.deepEqual(printed.slice(from, from + shown.length), shown, args.join(" "));
    if (shown.length === told.length) assert.equal(printed.length, shown.length, args.join(" "));
  }
});

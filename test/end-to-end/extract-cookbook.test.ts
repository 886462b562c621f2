/** docs/extract.md is what happens: its pages are served, its files written, its commands run. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runCli, temporaryFolder } from "../helpers/cli-process.ts";
import { startSite } from "../helpers/site-server.ts";

const GUIDE = readFileSync(join(import.meta.dirname, "../../docs/extract.md"), "utf8");

/** The content of the fenced blocks of a language, by what stands beside it. */
function blocks(language: string): [name: string, content: string][] {
  const fences = GUIDE.matchAll(
    new RegExp(`^\`\`\`${language}(?: (\\S+))?\\n(.*?)^\`\`\`$`, "gms"),
  );
  return Array.from(fences, ([, name = "", content = ""]) => [name, content]);
}

/** Columns are as wide as the port that is another each time. */
const settled = (text: string): string =>
  text
    .replaceAll(/-{2,}/g, "--")
    .replaceAll(/[ \t]+/g, " ")
    .replaceAll(/ $/gm, "")
    .trim();

test("the guide to extraction prints what it says", async (t) => {
  const folder = temporaryFolder(t);
  const pages = blocks("html");
  assert.equal(pages.length, 2);
  const site = await startSite(Object.fromEntries(pages));
  t.after(() => site.close());
  for (const [file, content] of [...blocks("json"), ...blocks("ts")]) {
    writeFileSync(join(folder, file), content);
  }
  const commands = blocks("console").flatMap(([, block]) => block.split(/^\$ webspool /m).slice(1));
  assert.ok(commands.length >= 9);
  for (const text of commands) {
    const [command = "", ...told] = text.split("\n");
    const args = Array.from(command.matchAll(/"([^"]*)"|(\S+)/g), ([, quoted, word]) =>
      (quoted ?? word ?? "").replace("https://lamps.example", site.origin),
    );
    const { code, stdout, stderr } = await runCli(t, folder, ...args);
    assert.equal(code, 0, `webspool ${command}: ${stderr}`);
    const printed = stdout.replaceAll(site.origin, "https://lamps.example");
    if (process.env["PRINT"] !== undefined) console.log(`$ webspool ${command}\n${printed}`);
    else assert.equal(settled(printed), settled(told.join("\n")), command);
  }
});

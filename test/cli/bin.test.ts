/** What the program says on a Node that is too old, tried on one where the machine has it. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, test } from "node:test";
import { buildPackage } from "../helpers/built-package.ts";

const folder = mkdtempSync(join(tmpdir(), "webspool-bin-"));
after(() => rmSync(folder, { recursive: true }));

/** The first Node of PATH, or of the usual places, that is older than what the program needs. */
function oldNode(): { path: string; version: string } | null {
  const places = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/bin", "/usr/local/bin"];
  for (const place of new Set(places)) {
    const path = join(place, "node");
    let version: string;
    try {
      version = execFileSync(path, ["--version"], { encoding: "utf8", stdio: "pipe" })
        .trim()
        .slice(1);
    } catch {
      // No program of that name there.
      continue;
    }
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (major < 22 || (major === 22 && minor < 19)) return { path, version };
  }
  return null;
}

const old = oldNode();
/** As they are: it has no types, so that the source is JavaScript as well. */
const FILES = {
  sources: join(import.meta.dirname, "../../src/cli/bin.ts"),
  "built package": buildPackage(mkdtempSync(join(folder, "built-"))),
};

for (const [name, path] of Object.entries(FILES))
  test(`the ${name}: on an older Node one sentence names both versions, and the exit code is 2`, (t) => {
    if (old === null) {
      t.skip("this machine has no Node older than 22.19");
      return;
    }
    const file = join(folder, "bin.mjs");
    copyFileSync(path, file);
    const { status, stdout, stderr } = spawnSync(old.path, [file, "--version"], {
      encoding: "utf8",
    });
    assert.equal(
      stderr,
      `webspool: This is Node ${old.version}, but webspool needs Node 22.19 or newer.\n`,
    );
    assert.equal(stdout, "");
    assert.equal(status, 2);
  });

test("the Node it needs is the one that package.json names", () => {
  const manifest = JSON.parse(
    readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"),
  ) as { engines: { node: string } };
  const source = readFileSync(join(import.meta.dirname, "../../src/cli/bin.ts"), "utf8");
  const needed = /NEEDED_MAJOR = (\d+);\nconst NEEDED_MINOR = (\d+);/.exec(source);
  assert.equal(manifest.engines.node, `>=${needed?.[1]}.${needed?.[2]}`);
});

/** What must hold so that `npm ci` works on a bare machine with any npm, and the package is whole. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "..");

interface LockEntry {
  readonly version?: string;
  readonly resolved?: string;
  readonly gypfile?: boolean;
  readonly engines?: { readonly node?: string };
}

function readJson(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(root, name), "utf8")) as Record<string, unknown>;
}

const manifest = readJson("package.json");
const lock = readJson("package-lock.json") as { packages: Record<string, LockEntry> };

test("npm does not compile better-sqlite3, which ships its binaries", () => {
  // npm 10 and 11 run node-gyp for it on an install from the lock, unless the entry says otherwise.
  assert.equal(lock.packages["node_modules/better-sqlite3"]?.gypfile, false);
});

test("npm 12 may run the install script of node, and only that", () => {
  assert.deepEqual(manifest["allowScripts"], { node: true, "better-sqlite3": false });
});

test("the pinned Node is of the 24 line, and engines says what the published package needs", () => {
  const { node } = manifest["devDependencies"] as Record<string, string>;
  assert.match(node ?? "", /^24\.\d+\.\d+$/);
  assert.deepEqual(manifest["engines"], { node: ">=22.19" });
  assert.deepEqual(lock.packages[""]?.engines, manifest["engines"]);
});

test("the tests run on the pinned Node", () => {
  const { node } = manifest["devDependencies"] as Record<string, string>;
  assert.equal(process.versions.node, node);
});

test("every dependency is pinned, and the lock holds the same versions", () => {
  const declared = {
    ...(manifest["dependencies"] as Record<string, string>),
    ...(manifest["devDependencies"] as Record<string, string>),
  };
  for (const [name, version] of Object.entries(declared)) {
    // DuckDB counts the releases of its bindings behind its own version.
    assert.match(version, /^\d+\.\d+\.\d+(?:-r\.\d+)?$/, name);
    assert.equal(lock.packages[`node_modules/${name}`]?.version, version, name);
  }
});

test("the lock names no registry, so that any mirror will do", () => {
  const resolved = Object.entries(lock.packages).filter(
    ([, entry]) => entry.resolved !== undefined,
  );
  assert.deepEqual(resolved, []);
});

test("the commands and files that the package names exist", () => {
  const { webspool } = manifest["bin"] as Record<string, string>;
  assert.equal(webspool, "dist/src/cli/bin.js");
  assert.ok(existsSync(join(root, "src/cli/bin.ts")));
  assert.match(readFileSync(join(root, "src/cli/bin.ts"), "utf8"), /^#!\/usr\/bin\/env node\n/);
  const { start } = manifest["scripts"] as Record<string, string>;
  assert.ok(existsSync(join(root, start?.replace(/^node /, "") ?? "")), start);
});

test("the top level holds only what a reader expects there", (t) => {
  if (!existsSync(join(root, ".git"))) {
    t.skip("this is no git checkout");
    return;
  }
  const entries = execFileSync("git", ["ls-tree", "--name-only", "HEAD"], {
    cwd: root,
    encoding: "utf8",
  });
  const expected = new Set([
    ".ci",
    ".gitattributes",
    ".github",
    ".gitignore",
    ".oxfmtrc.json",
    ".oxlintrc.json",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "bench",
    "data",
    "docs",
    "package-lock.json",
    "package.json",
    "rolldown.config.ts",
    "src",
    "test",
    "tsconfig.build.json",
    "tsconfig.json",
    "workers",
  ]);
  const unexpected = entries.split("\n").filter((name) => name !== "" && !expected.has(name));
  assert.deepEqual(unexpected, []);
});

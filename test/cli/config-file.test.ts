import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { EXAMPLE_CONFIG } from "../../docs/generate-settings.ts";
import { readConfigFile } from "../../src/cli/config-file.ts";
import { configJsonSchema } from "../../src/cli/config-schema.ts";
import { UsageError } from "../../src/errors.ts";
import { checkDefault, checkSelector } from "../../src/parsing/extraction.ts";
import { SETTINGS, type GivenSettings } from "../../src/settings.ts";

const CHECKS = { selector: checkSelector, default: checkDefault };
const folder = mkdtempSync(join(tmpdir(), "webspool-config-"));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, "site.json");

function read(content: unknown): GivenSettings {
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return readConfigFile(file, CHECKS);
}

function messageOf(content: unknown): string {
  try {
    read(content);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    assert.ok(error.message.startsWith(`${file}: `), error.message);
    assert.ok(!error.message.includes("\n"), error.message);
    return error.message.slice(file.length + 2);
  }
  return assert.fail(`accepted: ${JSON.stringify(content)}`);
}

test("values mean what they mean on the command line", () => {
  assert.deepEqual(
    read({
      scope: "domain",
      include: "a",
      exclude: ["b", "c"],
      maxPages: 5,
      delay: "2s",
      keepaliveTimeout: 0,
      maxBody: "2MiB",
      maxBytes: 4096,
      robots: false,
      header: ["A: b"],
    }),
    {
      scope: "domain",
      include: [/a/u],
      exclude: [/b/u, /c/u],
      maxPages: 5,
      delay: 2_000,
      keepaliveTimeout: 0,
      maxBody: 2 * 1024 ** 2,
      maxBytes: 4096,
      robots: false,
      header: ["A: b"],
    },
  );
});

test("the example of the documentation is a config file", () => {
  const given = read(EXAMPLE_CONFIG);
  assert.deepEqual(given.mounts, [
    { prefix: "https://static.example.com/", poolMaxsize: 4, keepaliveTimeoutMs: 5_000 },
  ]);
  assert.deepEqual(given.extract, [
    {
      name: "price",
      selector: ".product .price",
      attribute: null,
      type: "number",
      match: ["/shop/"],
    },
    { name: "image", selector: "meta[property='og:image']", attribute: "content" },
  ]);
  assert.ok(!("$schema" in given));
});

test("an unknown key is named, with the nearest known one, at every level", () => {
  assert.equal(
    messageOf({ maxPage: 5 }),
    'has the unknown key "maxPage": did you mean "maxPages"?',
  );
  assert.match(
    messageOf({ xyzzyplugh: 5 }),
    /^has the unknown key "xyzzyplugh"; known are \$schema, seeds, /,
  );
  assert.match(messageOf({ config: "other.json" }), /^has the unknown key "config"/);
  assert.equal(
    messageOf({ mounts: { "https://": { poolMaxSize: 1 } } }),
    'has the unknown key "poolMaxSize" in mounts: did you mean "poolMaxsize"?',
  );
  assert.match(
    messageOf({ extract: [{ name: "a", selector: "b", atribute: "c" }] }),
    /^has the unknown key "atribute" in extract: did you mean "attribute"\?$/,
  );
});

test("a wrong value is told with its key, what it got and what it takes", () => {
  assert.equal(
    messageOf({ maxPages: 0 }),
    "maxPages got 0, but takes a whole number of at least 1.",
  );
  assert.equal(
    messageOf({ maxPages: "5" }),
    'maxPages got "5", but takes a whole number of at least 1.',
  );
  assert.match(messageOf({ delay: 5 }), /^delay got 5, but takes a duration with its unit/);
  assert.match(messageOf({ delay: "5" }), /^delay got "5", but takes a duration with its unit/);
  assert.match(messageOf({ scope: "site" }), /^scope got "site", but takes one of host, domain/);
  assert.equal(messageOf({ robots: "no" }), 'robots got "no", but takes true or false.');
  assert.match(messageOf({ include: ["("] }), /^include got "\(", but takes a regular expression/);
  assert.match(messageOf({ include: [1] }), /^include got \[1\], but takes a regular expression/);
  assert.match(messageOf({ maxBody: true }), /^maxBody got true, but takes a size/);
  assert.match(messageOf({ maxPages: null }), /^maxPages got null, but takes/);
});

test("what is wrong in mounts and extract is told with its place", () => {
  assert.equal(
    messageOf({ mounts: { "https://a/": { limit: -1 } } }),
    'mounts "https://a/": limit got -1, but takes a whole number from 0 to 100000.',
  );
  assert.match(
    messageOf({ mounts: { "a.example": {} } }),
    /^mounts got the prefix "a\.example", but takes/,
  );
  assert.match(messageOf({ mounts: { "ftp://a/": {} } }), /^mounts got the prefix/);
  const withPassword = messageOf({ mounts: { "https://u:s3cret@a/": {} } });
  assert.ok(!withPassword.includes("s3cret"), withPassword);
  assert.match(
    messageOf({ mounts: [] }),
    /^mounts got \[\], but takes an object of URL prefixes\.$/,
  );
  assert.match(messageOf({ extract: {} }), /^extract got \{\}, but takes a list of rules\.$/);
  assert.match(messageOf({ extract: [{ name: "a" }] }), /^extract\.0\.selector is missing/);
  assert.match(messageOf({ extract: [{ name: "", selector: "b" }] }), /^extract\.0\.name is empty/);
  assert.match(
    messageOf({ extract: [{ name: "a", selector: "p[" }] }),
    /^extract got the selector "p\[" for "a", but takes a CSS selector/,
  );
});

test("a header's value stands in no message", () => {
  assert.ok(!messageOf({ header: ["s3cret"] }).includes("s3cret"));
  assert.ok(!messageOf({ header: { Authorization: "s3cret" } }).includes("s3cret"));
});

test("a file that is no JSON object, or cannot be read, is told", () => {
  assert.match(messageOf("{ maxPages: 5 }"), /^is not JSON: /);
  assert.match(messageOf(""), /^is not JSON: /);
  assert.match(messageOf([]), /^got \[\], but takes a JSON object\.$/);
  assert.throws(() => readConfigFile(join(folder, "missing.json"), CHECKS), {
    message: `--config cannot read "${join(folder, "missing.json")}": there is no such file.`,
  });
});

test("the JSON Schema knows every setting but --config, forbids others, and says defaults", () => {
  const schema = configJsonSchema() as {
    additionalProperties: boolean;
    properties: Record<string, { description?: string; default?: unknown; enum?: string[] }>;
    required?: string[];
  };
  const names = Object.keys(SETTINGS).filter((name) => name !== "config");
  assert.deepEqual(
    Object.keys(schema.properties).toSorted(),
    ["$schema", "extract", "mounts", ...names].toSorted(),
  );
  assert.equal(schema.additionalProperties, false);
  assert.equal(schema.required, undefined);
  assert.equal(schema.properties["timeout"]?.default, "60s");
  assert.deepEqual(schema.properties["scope"]?.enum, ["host", "domain", "prefix", "any"]);
  for (const name of names) assert.ok(schema.properties[name]?.description, name);
});

/** Pages of a folder, evenly taken from all of it, and others to warm up with. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SPARE_BYTES } from "../src/large-buffer.ts";

export interface PageFile {
  readonly url: string;
  readonly bytes: Buffer;
}

export interface ParsePages {
  /** At most `max`. */
  readonly pages: PageFile[];
  /** At most four times as many, none of which is in `pages`. */
  readonly others: PageFile[];
}

/** @param root a folder, not a link to one */
export function loadPages(root: string, max: number): ParsePages {
  const names = globSync("**/*.html", { cwd: root }).sort();
  const step = Math.max(1, names.length / max);
  const count = Math.min(max, names.length);
  const chosen = Array.from({ length: count }, (_, i) => names[Math.floor(i * step)] as string);
  const taken = new Set(chosen);
  const rest = names.filter((name) => !taken.has(name));
  const restStep = Math.max(1, rest.length / (4 * max));
  const others = rest.filter((_, i) => Math.floor(i % restStep) === 0).slice(0, 4 * max);
  const load = (name: string): PageFile => loadPage(root, name);
  return { pages: chosen.map(load), others: others.map(load) };
}

function loadPage(root: string, name: string): PageFile {
  const file = readFileSync(join(root, name));
  // As a crawl receives them, there is room behind.
  const bytes = Buffer.alloc(file.length + SPARE_BYTES).subarray(0, file.length);
  bytes.set(file);
  return { url: `http://bench.test/${encodeURI(name)}`, bytes };
}

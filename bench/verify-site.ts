/**
 * Compares a crawl's database with an independent walk over the files of the site it crawled:
 * the set of pages, and the set of (from, to) pairs of kind `a`. Links are read by parse5 and
 * resolved by the platform's URL class; nothing of src/ is used.
 *
 *   node bench/verify-site.ts --db data/py.db --root DIR --base http://127.0.0.1:9001/
 *     [--start index.html]
 *
 * The files are taken as nginx serves them: a folder's index.html under the folder's name with "/",
 * a folder without "/" as a redirect, *.html and *.htm as text/html; anything else is no page.
 * Prints both counts and every difference; exit 1 when there is any.
 */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Database from "better-sqlite3";
import { parse5Page } from "./parse5-page.ts";

interface Site {
  /** URLs that answer 200 with text/html. */
  readonly pages: Set<string>;
  /** "from to" of every link of kind `a`, to other hosts too. */
  readonly pairs: Set<string>;
}

/** The canonical form of the contract, written anew; null for what is not http(s). */
function resolve(reference: string, base: string): string | null {
  if (!URL.canParse(reference, base)) return null;
  const url = new URL(reference, base);
  if (url.protocol !== "http:" && url.protocol !== "https:") return null;
  url.hash = "";
  url.username = "";
  url.password = "";
  if (url.search === "") url.search = "";
  const host = url.host.replace(/\.(?=:|$)/, "");
  return `${url.protocol}//${host}${tidyEscapes(url.pathname)}${tidyEscapes(url.search)}`;
}

function tidyEscapes(part: string): string {
  if (/%(?![0-9a-f]{2})/i.test(part)) return part;
  return part.replace(/%[0-9a-f]{2}/gi, (escape) => {
    const char = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(char) ? char : escape.toUpperCase();
  });
}

type Answer = { file: string } | { redirect: string } | null;

/** What the server says to `url`. */
function answer(url: string, root: string): Answer {
  const { pathname } = new URL(url);
  let name: string;
  try {
    name = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  if (name.includes("\0")) return null;
  const path = join(root, name);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  if (stat.isDirectory()) {
    if (!pathname.endsWith("/")) return { redirect: `${pathname}/` };
    const index = join(path, "index.html");
    return statSync(index, { throwIfNoEntry: false })?.isFile() === true ? { file: index } : null;
  }
  return !pathname.endsWith("/") && /\.(?:html?|shtml)$/.test(name) ? { file: path } : null;
}

function walk(root: string, start: string): Site {
  const host = new URL(start).host;
  const site: Site = { pages: new Set(), pairs: new Set() };
  const known = new Set([start]);
  const queue = [start];
  const follow = (target: string): void => {
    if (new URL(target).host !== host || known.has(target)) return;
    known.add(target);
    queue.push(target);
  };
  for (let url = queue.pop(); url !== undefined; url = queue.pop()) {
    const response = answer(url, root);
    if (response === null) continue;
    if ("redirect" in response) {
      const target = resolve(response.redirect, url);
      if (target !== null) follow(target);
      continue;
    }
    site.pages.add(url);
    const page = parse5Page(readFileSync(response.file, "utf8"));
    const base = page.base !== null && URL.canParse(page.base, url) ? new URL(page.base, url) : url;
    for (const link of page.links) {
      if (link.kind !== "a" && link.kind !== "area") continue;
      const target = resolve(link.reference, String(base));
      if (target === null) continue;
      if (link.kind === "a") site.pairs.add(`${url} ${target}`);
      follow(target);
    }
  }
  return site;
}

function readDatabase(file: string, host: string): Site {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  const pages = db
    .prepare("SELECT DISTINCT url.url FROM page JOIN url ON url.id = page.url_id")
    .pluck()
    .all() as string[];
  const pairs = db
    .prepare(
      `SELECT DISTINCT f.url || ' ' || t.url FROM link
       JOIN url f ON f.id = link.from_url_id JOIN url t ON t.id = link.to_url_id
       WHERE link.kind = 'a'`,
    )
    .pluck()
    .all() as string[];
  db.close();
  const onHost = (text: string): boolean => new URL(text.split(" ", 1)[0] ?? "").host === host;
  return { pages: new Set(pages.filter(onHost)), pairs: new Set(pairs.filter(onHost)) };
}

/** Prints how two sets differ; returns by how many members. */
function compare(what: string, files: Set<string>, database: Set<string>): number {
  console.log(`${what}: ${files.size} by the files, ${database.size} in the database`);
  const missing = [...files].filter((member) => !database.has(member));
  const surplus = [...database].filter((member) => !files.has(member));
  for (const member of missing) console.log(`  missing in the database: ${member}`);
  for (const member of surplus) console.log(`  only in the database:    ${member}`);
  return missing.length + surplus.length;
}

const { values } = parseArgs({
  options: {
    db: { type: "string" },
    root: { type: "string" },
    base: { type: "string" },
    start: { type: "string", default: "index.html" },
  },
});
const { db, root, base, start } = values;
if (db === undefined || root === undefined || base === undefined) {
  console.error("usage: verify-site --db FILE --root DIR --base URL [--start index.html]");
  process.exitCode = 2;
} else {
  const first = new URL(start, base).href;
  const files = walk(root, first);
  const database = readDatabase(db, new URL(first).host);
  const differences =
    compare("pages", files.pages, database.pages) +
    compare("(from, to) pairs of kind a", files.pairs, database.pairs);
  console.log(differences === 0 ? "no difference" : `${differences} differences`);
  process.exitCode = differences === 0 ? 0 : 1;
}

/**
 * A site of 300 pages that are worth reading beside one trap of each kind, made from the request alone:
 * every URL below a trap has an answer, as generated sites have. The same seed writes the same words.
 */
import { randomBytes } from "node:crypto";
import type { Handler } from "./site-server.ts";
import { calendarByPath, calendarByQuery } from "./trap-calendars.ts";
import { page, writer } from "./trap-words.ts";

export const REAL_PAGES = 300;
const PER_LIST = 20;
const CATEGORIES = ["garden", "harbour", "kitchen", "library", "railway"];
const PER_CATEGORY = REAL_PAGES / CATEGORIES.length;

/** Which trap a path with its query belongs to; null for what a reader came for. */
export function trapOf(target: string): string | null {
  const trap = TRAPS.find(([, pattern]) => pattern.test(target));
  return trap?.[0] ?? null;
}

/** A path in two traps counts for the first. */
const TRAPS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["mirror", /^\/mirror\//],
  ["deep mirror", /^\/old\/site\/copy\//],
  ["calendar in the path", /^\/calendar\//],
  ["calendar in the query", /^\/agenda\?/],
  ["session id in the path", /^\/account\/.*;jsessionid=/],
  ["session id in the query", /^\/club\/.*PHPSESSID=/],
  ["unknown parameter", /^\/forum\/.*visitor=/],
  ["unknown word in the path", /^\/s\//],
  ["relative links", /^\/guide\/./],
  ["growing parameter", /^\/history\?/],
  ["facets", /^\/shop\?/],
];

/** Answers every path of the site; start it with `startSite(trapSite())`. */
export function trapSite(): Handler {
  return (req, res) => {
    const target = req.url ?? "/";
    const html = answer(target);
    res.statusCode = html === null ? 404 : 200;
    res.setHeader("content-type", "text/html; charset=utf-8");
    res.end(html ?? "<!doctype html><title>Not found</title><h1>Not found</h1>");
  };
}

function answer(target: string): string | null {
  const [path = "/", query = ""] = target.split("?", 2);
  const mirror = /^(?:\/mirror|\/old\/site\/copy)(?=\/)/.exec(path)?.[0] ?? "";
  return local(path.slice(mirror.length), new URLSearchParams(query), mirror);
}

/** @param root what stands before the path in a mirror: its links stay inside of it */
function local(path: string, query: URLSearchParams, root: string): string | null {
  const [, area = "", ...rest] = path.split("/");
  switch (area) {
    case "":
      return home(root);
    case "category":
      return category(rest[0] ?? "", Number(query.get("page") ?? 1), root);
    case "article":
      return article(Number(rest[0]), root);
    case "calendar":
      return calendarByPath(rest, root);
    case "agenda":
      return calendarByQuery(query, root);
    case "account":
      return sessionArea("Account", `${root}/account`, rest[0] ?? "", (page) => {
        return `${page};jsessionid=${randomBytes(16).toString("hex").toUpperCase()}.node1`;
      });
    case "club":
      return sessionArea("Club", `${root}/club`, rest[0] ?? "", (page) => {
        return `${page}?PHPSESSID=${randomBytes(13).toString("hex")}`;
      });
    case "forum":
      return sessionArea("Forum", `${root}/forum`, rest[0] ?? "", (page) => {
        return `${page}?visitor=${randomBytes(5).toString("hex")}`;
      });
    case "s":
      return sessionArea("Notes", `${root}/s`, rest[1] ?? "", (page) => {
        return page.replace("/s/", `/s/${randomBytes(12).toString("hex")}/`);
      });
    case "guide":
      return guide(root);
    case "history":
      return history(Number(query.get("visited") ?? 0), root);
    case "shop":
      return shop(query, root);
    case "product":
      return product(Number(rest[0]), root);
    default:
      return null;
  }
}

/** The one link from the home page into each trap, but for the mirrors. */
const ENTRANCES = [
  "/calendar/2026/11",
  "/agenda?date=2026-11-21",
  "/account/start",
  "/club/start",
  "/forum/start",
  "/s/0a1b2c3d4e5f60718293a4b5/start",
  "/guide/",
  "/history",
  "/shop",
];

function home(root: string): string {
  const links = [...CATEGORIES.map((name) => `/category/${name}`), ...ENTRANCES];
  const mirrors = root === "" ? ["/mirror/", "/old/site/copy/"] : [];
  const own = links.map((link) => root + link);
  return page("The county gazette", writer("home").sentences(8), [...own, ...mirrors]);
}

function category(name: string, number: number, root: string): string | null {
  const index = CATEGORIES.indexOf(name);
  const lists = PER_CATEGORY / PER_LIST;
  if (index === -1 || number < 1 || number > lists) return null;
  const first = index * PER_CATEGORY + (number - 1) * PER_LIST + 1;
  const links = Array.from({ length: PER_LIST }, (_, i) => `${root}/article/${first + i}`);
  if (number < lists) links.push(`${root}/category/${name}?page=${number + 1}`);
  return page(`${name}, page ${number}`, writer(`${name}${number}`).sentences(4), links);
}

function article(number: number, root: string): string | null {
  if (!(number >= 1 && number <= REAL_PAGES)) return null;
  const words = writer(`article${number}`);
  const next = `${root}/article/${(number % REAL_PAGES) + 1}`;
  return page(words.title(), words.sentences(12), [next, `${root}/`, `${root}/calendar/2026/11`]);
}

const SESSION_PAGES = ["start", "profile", "messages", "settings", "orders"];

/** Five pages whose links carry a fresh id in every response. */
function sessionArea(
  title: string,
  root: string,
  name: string,
  withId: (path: string) => string,
): string | null {
  const bare = name.split(";", 1)[0] ?? "";
  if (!SESSION_PAGES.includes(bare)) return null;
  const links = SESSION_PAGES.map((other) => withId(`${root}/${other}`));
  return page(`${title}: ${bare}`, writer(`${title}${bare}`).sentences(6), links);
}

/** Whatever stands after /guide/ is the guide, and its links have lost their first slash. */
function guide(root: string): string {
  return page("A guide", writer("guide").sentences(6), [
    `${root}/`,
    "chapter/",
    "part/more/",
    "see",
  ]);
}

function history(visited: number, root: string): string {
  const text = `You have seen ${visited} of our pages. Thank you for your visit number ${visited}.`;
  const next = [1, 2, 3].map((step) => `${root}/history?visited=${visited * 3 + step}`);
  return page(`${visited} visits`, text, next);
}

const FACETS: Readonly<Record<string, readonly string[]>> = {
  colour: ["red", "green", "blue", "white"],
  size: ["small", "medium", "large", "huge"],
  material: ["wood", "steel", "paper", "wool"],
  price: ["low", "fair", "high", "top"],
  brand: ["north", "south", "east", "west"],
  use: ["home", "office", "travel", "sport"],
  sort: ["name", "price", "newest"],
  view: ["grid", "list"],
};
const PRODUCTS = 40;

function shop(query: URLSearchParams, root: string): string {
  const chosen = [...query].filter(([name]) => Object.hasOwn(FACETS, name));
  const shown = Array.from({ length: PRODUCTS }, (_, i) => i + 1).filter((number) =>
    chosen.every(([name, value]) => {
      const values = FACETS[name] ?? [];
      return name === "sort" || name === "view" || values[(number + name.length) % 4] === value;
    }),
  );
  const links = shown.map((number) => `${root}/product/${number}`);
  for (const [name, values] of Object.entries(FACETS)) {
    for (const value of values) {
      const combined = new URLSearchParams(chosen);
      combined.set(name, value);
      combined.sort();
      links.push(`${root}/shop?${combined.toString()}`);
    }
  }
  const names = shown.map((number) => writer(`product${number}`).title()).join(". ");
  const title = chosen.map(([name, value]) => `${name} ${value}`).join(", ");
  return page(`Shop ${title}`, `${shown.length} products. ${names}`, links);
}

function product(number: number, root: string): string | null {
  if (!(number >= 1 && number <= PRODUCTS)) return null;
  const words = writer(`product${number}`);
  return page(words.title(), words.sentences(3), [`${root}/shop`]);
}

/** Why a URL was fetched or not, as text for a terminal. */
import type { Explanation, KnownUrl } from "../explain/index.ts";
import type { StoredInlink, StoredInlinks, StoredLikeness } from "../storage/index.ts";
import { outcomeText, toldFate } from "./explain-fate.ts";
import { formatAmount, formatCount } from "./format.ts";
import { labelledRows, type LabelledRow } from "./labelled-rows.ts";
import { printable } from "./printable.ts";
import { fitText, wrapText } from "./text-width.ts";

/** Sets a heading apart, as bold where there are colours. */
export type Heading = (text: string) => string;

/** Of a longer path the middle is left out. */
const MOST_STEPS = 9;
const STEPS_AT_EACH_END = 4;
const MOST_ANCHOR_CELLS = 60;

/**
 * The lines: what happened first, then how the URL was found, what links to it, and what its page says.
 * Wrapped into `maxCells`, but a URL is never cut. Nothing in the lines can control a terminal.
 */
export function explainText(
  explanation: Explanation,
  { heading, maxCells, now }: { heading: Heading; maxCells: number; now: number },
): string[] {
  const { asked, url, known } = explanation;
  const { sentence, rows } = toldFate(explanation, now);
  const section = (title: string, lines: readonly LabelledRow[]): string[] =>
    lines.length === 0
      ? []
      : ["", ...wrapText(title, maxCells).map(heading), ...labelledRows(lines, maxCells)];
  return [
    heading(printable(url)),
    ...(asked === url ? [] : [`  the canonical form of ${printable(asked)}`]),
    "",
    ...wrapText(printable(sentence), maxCells).map(heading),
    ...labelledRows(rows, maxCells),
    ...(known === null ? [] : knownSections(url, known, section)),
  ];
}

type Section = (title: string, rows: readonly LabelledRow[]) => string[];

function knownSections(url: string, known: KnownUrl, section: Section): string[] {
  const { redirects, inlinks, redirectsHere, canonicalOf, path } = known;
  const via = path.at(-1)?.url;
  const others = inlinks.links > 1 || inlinks.first.some((link) => link.url !== via);
  const chain = redirects.slice(1).map((hop): LabelledRow => [outcomeText(hop), hop.url]);
  return [
    ...section("Redirects to", chain),
    ...section("How it was found", pathRows(known)),
    ...(others
      ? section(`Linked from ${pagesText(inlinks)}`, inlinkRows(inlinks, inlinks.pages))
      : []),
    ...section(
      `Redirected to from ${formatAmount(redirectsHere.links, "URL")}`,
      inlinkRows(redirectsHere, redirectsHere.links),
    ),
    ...section(
      `Called canonical by ${formatAmount(canonicalOf.pages, "page")}`,
      inlinkRows(canonicalOf, canonicalOf.pages),
    ),
    ...section(pageHeading(known), pageRows(url, known)),
    ...section("Seen", seenRows(known)),
  ];
}

function pagesText({ pages, links, isMore }: StoredInlinks): string {
  if (isMore) return `more than ${formatAmount(links, "link")}`;
  const several = links === pages ? "" : `, ${formatAmount(links, "link")}`;
  return formatAmount(pages, "page") + several;
}

function inlinkRows({ first, isMore }: StoredInlinks, total: number): LabelledRow[] {
  const rows = first.map((link): LabelledRow => [kindWord(link.kind), link.url, linkWords(link)]);
  const more = total - first.length;
  return more > 0 || isMore ? [...rows, ["", `and ${formatCount(more)} more`]] : rows;
}

function linkWords(link: Omit<StoredInlink, "url"> | null): string {
  if (link === null) return "";
  const anchor = link.anchor?.trim() ?? "";
  const words = anchor === "" ? [] : [`"${fitText(printable(anchor), MOST_ANCHOR_CELLS)}"`];
  // What every stylesheet and every rel=canonical says again is its kind.
  const rel = link.rel === null || link.rel === link.kind ? [] : [`rel="${link.rel}"`];
  return [...words, ...rel, ...(link.gone ? ["(not there any more)"] : [])].join(" ");
}

function kindWord(kind: string): string {
  return kind === "a" ? "link" : kind;
}

function pathRows({ origin, path, decision, firstRunId, inlinks }: KnownUrl): LabelledRow[] {
  if (path.length === 0) return [originRow(origin, decision?.kind ?? "page", firstRunId, inlinks)];
  const rows = path.map(({ url, kind }, at): LabelledRow => {
    if (at === 0) return [originLabel(origin), url];
    const link = path[at - 1]?.link ?? null;
    return [stepWord(link, kind), url, linkWords(link)];
  });
  const last = path.at(-1)?.link ?? null;
  rows.push([stepWord(last, decision?.kind ?? "page"), "this URL", linkWords(last)]);
  if (rows.length <= MOST_STEPS) return rows;
  const between = rows.length - 2 * STEPS_AT_EACH_END;
  return [
    ...rows.slice(0, STEPS_AT_EACH_END),
    ["...", `${formatAmount(between, "page")} between`],
    ...rows.slice(-STEPS_AT_EACH_END),
  ];
}

/** How a URL of a kind was found; what a robots.txt names is no link that is kept. */
function stepWord(link: { readonly kind: string } | null, kind: string): string {
  return kindWord(link?.kind ?? (kind === "sitemap" ? "sitemap" : "a"));
}

function originLabel({ by }: KnownUrl["origin"]): string {
  if (by === "seed") return "seed";
  return by === "robots" ? "robots.txt" : "known";
}

function originRow(
  { by, run }: KnownUrl["origin"],
  kind: string,
  firstRunId: number,
  { links }: StoredInlinks,
): LabelledRow {
  if (by === "seed") return ["seed", `named as a seed of run ${run}`];
  if (by === "robots") return ["robots.txt", "the first that is asked of every host"];
  if (kind === "sitemap") return ["sitemap", "looked for at its usual place"];
  const below = links > 0 ? "; the links below lead to it" : "";
  return ["known", `since run ${firstRunId}; where it was found is not kept${below}`];
}

/** What answered with an error last may have been a page before. */
function pageHeading({ page, attempts }: KnownUrl): string {
  const last = attempts.at(-1);
  const isThere = last?.status === 200 || last?.notModified === true;
  return isThere || page === null ? "Its page" : `Its page, as it was in run ${page.lastRunId}`;
}

function pageRows(url: string, { page, sameText, similarText }: KnownUrl): LabelledRow[] {
  if (page === null) return [];
  const { title, canonicalUrl, robots, words, versions, firstRunId, lastRunId } = page;
  const rows: LabelledRow[] = [];
  if (title !== null) rows.push(["title", title]);
  if (canonicalUrl !== null) {
    const itself = canonicalUrl === url ? "itself" : `${canonicalUrl} (another URL)`;
    rows.push(["canonical", itself]);
  }
  if (robots !== null) {
    const noindex = /\b(?:noindex|none)\b/i.test(robots) ? ": not to be indexed" : "";
    rows.push(["meta robots", robots + noindex]);
  }
  rows.push(["text", formatAmount(words, "word")]);
  rows.push(...likeRows("same text", sameText), ...likeRows("similar text", similarText));
  const since = `since run ${firstRunId}`;
  const last = lastRunId === firstRunId ? "" : `, confirmed last in run ${lastRunId}`;
  rows.push([
    "version",
    versions === 1 ? `one, ${since}${last}` : `the newest of ${versions}, ${since}${last}`,
  ]);
  return rows;
}

function likeRows(label: string, { count, first }: StoredLikeness): LabelledRow[] {
  if (count === 0) return [];
  const more = count - first.length;
  return [
    ...first.map((url, at): LabelledRow => [at === 0 ? label : "", url]),
    ...(more > 0 ? [["", `and ${formatCount(more)} more`] as const] : []),
  ];
}

function seenRows({ firstRunId, run, askedIn, depth }: KnownUrl): LabelledRow[] {
  const first =
    run.id === firstRunId ? `in run ${run.id}` : `from run ${firstRunId} to run ${run.id}`;
  const asked =
    askedIn === null
      ? ", never asked for"
      : askedIn.runs === 1 && run.id === firstRunId
        ? ""
        : `, asked for in ${formatAmount(askedIn.runs, "run")}, last in run ${askedIn.last}`;
  const far =
    depth === null
      ? []
      : [["depth", `${formatAmount(depth, "followed link")} from a seed`] as const];
  return [["runs", first + asked], ...far];
}

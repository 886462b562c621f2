/** What differs between two runs as rows of one shape: for lists, for JSON and for CSV alike. */
import type { BrokenLinkDifference, PageDifference } from "../storage/index.ts";
import type { Cell } from "./table.ts";

/** Every kind of difference, in the order it is shown, with its heading. */
export const DIFF_KINDS = {
  added: "Added",
  gone: "Gone",
  status: "Status changed",
  title: "Title changed",
  content: "Content changed",
  facts: "Other facts changed",
  broken: "New broken links",
  healed: "Healed broken links",
} as const;

export type DiffKind = keyof typeof DIFF_KINDS;

/** Named as the columns of the views; what does not concern a kind is null. */
export interface DiffRow {
  readonly kind: DiffKind;
  /** The page, or the target of the link. */
  readonly url: string;
  /** The page that has the link. */
  readonly source: string | null;
  readonly anchor: string | null;
  readonly status_before: number | null;
  readonly status: number | null;
  readonly error_before: string | null;
  readonly error: string | null;
  readonly title_before: string | null;
  readonly title: string | null;
  readonly words_before: number | null;
  readonly words: number | null;
  /** Names, with commas between them. */
  readonly facts: string | null;
  /** Whether the source has the link now: 0 or 1. */
  readonly linked: 0 | 1 | null;
}

export const DIFF_COLUMNS = [
  "kind",
  "url",
  "source",
  "anchor",
  "status_before",
  "status",
  "error_before",
  "error",
  "title_before",
  "title",
  "words_before",
  "words",
  "facts",
  "linked",
] as const satisfies readonly (keyof DiffRow)[];

export function diffCells(row: DiffRow): Cell[] {
  return DIFF_COLUMNS.map((name) => row[name]);
}

/** A row for each thing that changed: a page may have another title and another text. */
export function pageRows(page: PageDifference): DiffRow[] {
  return kindsOf(page).map((kind) => ({
    kind,
    url: page.url,
    source: null,
    anchor: null,
    status_before: page.statusBefore,
    status: page.status,
    error_before: page.errorBefore,
    error: page.error,
    title_before: page.titleBefore,
    title: page.title,
    words_before: page.wordsBefore,
    words: page.words,
    facts: kind === "facts" ? page.facts.join(",") : null,
    linked: null,
  }));
}

function kindsOf(page: PageDifference): DiffKind[] {
  if (page.change === "status_changed") return ["status"];
  if (page.change !== "changed") return [page.change];
  return [
    ...(page.titleChanged ? ["title" as const] : []),
    ...(page.contentChanged ? ["content" as const] : []),
    ...(page.facts.length > 0 ? ["facts" as const] : []),
  ];
}

export function linkRow(link: BrokenLinkDifference): DiffRow {
  return {
    kind: link.change,
    url: link.target,
    source: link.source,
    anchor: link.anchor,
    status_before: link.statusBefore,
    status: link.status,
    error_before: link.errorBefore,
    error: link.error,
    title_before: null,
    title: null,
    words_before: null,
    words: null,
    facts: null,
    linked: link.linked ? 1 : 0,
  };
}

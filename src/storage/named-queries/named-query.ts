/** How named queries are declared: once, for `webspool sql @name`, its list and docs/queries.md alike. */

export interface NamedQuery {
  /** Words in lower case, joined by "-". */
  readonly name: string;
  readonly group: QueryGroup;
  /** What it answers, as a user would ask it. */
  readonly question: string;
  readonly parameters: readonly QueryParameter[];
  /** One SELECT that names its parameters `:name`. */
  readonly sql: string;
}

export type QueryGroup = "Links" | "Pages" | "What was left out" | "Runs" | "Hosts and connections";

export interface QueryParameter {
  readonly name: string;
  /** A `url` is brought to its canonical form before it is looked for. */
  readonly kind: "number" | "text" | "url";
  readonly meaning: string;
  /** Absent where the user has to give a value; null where the query finds one itself. */
  readonly default?: number | string | null;
  /** What the default is, in words, where null stands for something. */
  readonly defaultText?: string;
}

/** Most rows of an answer; SQLite takes a negative LIMIT for none. */
export function limit(rows: number): QueryParameter {
  return { name: "limit", kind: "number", default: rows, meaning: "most rows; -1 for all" };
}

/** Restricts an answer to a part of a site. */
export const UNDER: QueryParameter = {
  name: "under",
  kind: "text",
  default: "",
  defaultText: "everywhere",
  meaning: "only URLs that begin so, such as https://example.com/docs/",
};

export const RUN: QueryParameter = {
  name: "run",
  kind: "number",
  default: null,
  defaultText: "the last run",
  meaning: "number of a run",
};

/** The run that is meant by RUN. */
export const RUN_ID = "coalesce(:run, (SELECT max(id) FROM run))";

/** A condition on a URL for UNDER. */
export function isUnder(url: string): string {
  return `substr(${url}, 1, length(:under)) = :under`;
}

/** Epoch milliseconds as people read them, UTC. */
export function moment(milliseconds: string): string {
  return `datetime(${milliseconds} / 1000, 'unixepoch')`;
}

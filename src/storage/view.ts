/** How views are declared: once, for CREATE VIEW and for docs/schema.md alike. */

export interface View {
  readonly name: string;
  readonly meaning: string;
  /** Every column with its meaning, in order: they are a promise to whoever scripts against them. */
  readonly columns: readonly (readonly [name: string, meaning: string])[];
  /** A question it answers, and the SQL that asks it. */
  readonly question: string;
  readonly example: string;
  readonly select: string;
}

/** A fetch's status as that of its URL: a 304 confirms a page that answered with 200. */
export function statusOf(fetch: string): string {
  return `iif(${fetch}.not_modified = 1, 200, ${fetch}.status)`;
}

/** The last settled fetch of a URL, of any run. */
export function lastFetch(urlId: string, condition = ""): string {
  return `(SELECT x.id FROM fetch x WHERE x.url_id = ${urlId} AND x.settled = 1${condition}
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)`;
}

/** Whether a settled attempt says that its URL is broken: status 400 or more, or no usable response. */
export function isBroken(fetch: string): string {
  return `(${fetch}.error IS NOT NULL OR ${fetch}.status >= 400)`;
}

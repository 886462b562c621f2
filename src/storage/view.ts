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

/** The questions that users ask most, by name: `webspool sql @name`. */
import { EXCLUSION_QUERIES } from "./exclusion-queries.ts";
import { HOST_QUERIES } from "./host-queries.ts";
import { LINK_QUERIES } from "./link-queries.ts";
import type { NamedQuery } from "./named-query.ts";
import { PAGE_QUERIES } from "./page-queries.ts";
import { RUN_QUERIES } from "./run-queries.ts";

export type { NamedQuery, QueryParameter } from "./named-query.ts";

export const NAMED_QUERIES: readonly NamedQuery[] = [
  ...LINK_QUERIES,
  ...PAGE_QUERIES,
  ...EXCLUSION_QUERIES,
  ...RUN_QUERIES,
  ...HOST_QUERIES,
];

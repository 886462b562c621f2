/** What was seen: the one importer of better-sqlite3. */
export type { Answer, SqlValue } from "./ask.ts";
export { NAMED_QUERIES, type NamedQuery, type QueryParameter } from "./named-queries/index.ts";
export type { AssertedAnswer, AssertedQuery } from "./run-checks.ts";
export { checkGiven, parameterNames, type NamedValues } from "./sql-parameters.ts";
export { splitScript, type ScriptStatement } from "./sql-script.ts";
export type { CheckedInvariant } from "./check-invariants.ts";
export { CLOSE_REASONS, EXCLUDED_REASONS, FRONTIER_REASONS, OPEN_REASONS } from "./codes.ts";
export type { FoundBody, NoBody } from "./find-body.ts";
export { searchTerms, type SearchTerms } from "./search-expression.ts";
export type { SearchAnswer, SearchHit, SearchQuery } from "./search-pages.ts";
export { storageError } from "./connection.ts";
export { CrawlDatabase } from "./database.ts";
export { INVARIANTS, type Invariant } from "./invariants.ts";
export { databaseBytes } from "./compact.ts";
export type { PrunedRows, PrunePlan, PruneRule } from "./prune.ts";
export type { BrokenLinkDifference, PageDifference, RunDiff } from "./run-diff.ts";
export { RunLock } from "./run-lock.ts";
export { WAL_LIMITS, walBytes, type WalLimits } from "./storage-watch.ts";
export type {
  AttemptRow,
  BrokenTarget,
  Counted,
  ExcludedExample,
  ReuseRow,
  RunDetails,
} from "./run-details.ts";
export type { Relation, ResultColumn, RowReader } from "./row-reader.ts";
export type { ErrorKind, RunStatus, WaitingHost } from "./run-status.ts";
export type { RecordedAttempt, RecordedSocket, RecordedTraffic } from "./recorded-traffic.ts";
export type { RunRow } from "./run-store.ts";
export type { RunSummary } from "./run-summary.ts";
export type { Column, Table } from "./schema-column.ts";
export { SCHEMA_VERSION, TABLES } from "./schema.ts";
export type { View } from "./view.ts";
export { ISSUE_GROUPS, ISSUES, type Issue } from "./issue-views/index.ts";
export { auditSize, issueCounts, type IssueCount } from "./issue-views/issue-counts.ts";
export type { IssueExamples } from "./issue-views/issue-examples.ts";
export { VIEWS } from "./views.ts";
export type {
  StoredAttempt,
  StoredDecision,
  StoredPage,
  StoredUrl,
  StoredWait,
  UrlHistory,
} from "./url-history.ts";
export type {
  StoredInlink,
  StoredInlinks,
  StoredLikeness,
  StoredRedirect,
  StoredStep,
  UrlNeighbours,
} from "./url-neighbours.ts";

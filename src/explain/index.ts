/** Why a URL was fetched, failed, was left out or still waits: told from the database alone. */
export { adviceOf, type ExcludedRule } from "./excluded-rule.ts";
export { explain } from "./explain.ts";
export type { Explanation, Fate, FoundBy, KnownUrl } from "./explanation.ts";
export type { Prediction } from "./predict-decision.ts";

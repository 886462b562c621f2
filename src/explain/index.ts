/** Why a URL was fetched, failed, was left out or still waits: told from the database alone. */
export { adviceOf, type ExcludedRule } from "./excluded-rule.ts";
export { explain, type Explanation, type Fate, type FoundBy, type KnownUrl } from "./explain.ts";
export type { Prediction } from "./predict-decision.ts";

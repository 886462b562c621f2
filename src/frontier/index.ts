/** What to fetch and when: host queues, priorities, budgets, robots. */
export { Admission, isFollowed, type Candidate, type Decision } from "./admission.ts";
export type { FoundUrl } from "./discovery.ts";
export { Frontier, type HandOutBudget, type Settlement } from "./frontier.ts";
export type {
  FrontierRow,
  FrontierStore,
  InternedUrl,
  NewFrontierRow,
  PendingUrl,
  StoredRobots,
} from "../frontier-store.ts";

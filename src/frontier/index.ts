/** What to fetch and when: host queues, priorities, budgets, robots. */
export { Admission, isFollowed } from "./admission.ts";
export { Frontier, type Settlement } from "./frontier.ts";
export { Revisits } from "./revisits.ts";

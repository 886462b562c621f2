/** What a run's requests say of the settings of its pools: pure functions over their sequence. */
export { adviseOn, type Advice } from "./advice.ts";
export { buildTrace } from "./build-trace.ts";
export type { Choice } from "./choices.ts";
export type { MissCurve, SessionUse } from "./pool-use.ts";
export type { Changes, Recommendation } from "./recommend.ts";
export { replay, type ReplaySettings } from "./replay.ts";
export type { Tally } from "./simulated-pools.ts";
export type { Trace, TracedMount, TrafficSettings } from "./trace.ts";

/** Crawler traps: rules that are learned from what pages say, and what they leave out. */
export { LEARNED_REASONS } from "./rule-detail.ts";
export { Traps } from "./traps.ts";

/**
 * What must hold in every database between transactions, also while a crawl runs and after it was
 * killed. Each is a query that counts the rows that break it; `webspool fsck` asks them all.
 */
import { FRONTIER_INVARIANTS } from "./invariants-frontier.ts";
import { TEXT_INVARIANTS } from "./invariants-text.ts";
import { TRAFFIC_INVARIANTS } from "./invariants-traffic.ts";

export interface Invariant {
  readonly name: string;
  readonly meaning: string;
  /** Returns one number: 0 when it holds. */
  readonly count: string;
  /**
   * Statements that mend it by what the other rows say, in order, where those tell it without a doubt;
   * `@now` is the time. Only while no crawl runs.
   */
  readonly repair?: readonly string[];
}

const FILE_INVARIANTS: readonly Invariant[] = [
  {
    name: "file_sound",
    meaning:
      "the file is whole: PRAGMA quick_check finds nothing (at most 100 findings are counted)",
    count: "SELECT count(*) FROM pragma_quick_check WHERE quick_check <> 'ok'",
  },
  {
    name: "references_hold",
    meaning: "what a row refers to is there: PRAGMA foreign_key_check finds nothing",
    count: "SELECT count(*) FROM pragma_foreign_key_check",
  },
];

export const INVARIANTS: readonly Invariant[] = [
  ...FILE_INVARIANTS,
  ...TRAFFIC_INVARIANTS,
  ...FRONTIER_INVARIANTS,
  ...TEXT_INVARIANTS,
];

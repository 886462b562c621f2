/** What `webspool explain` tells of a URL, before it is put into words. */
import type {
  RunRow,
  StoredAttempt,
  StoredDecision,
  StoredInlinks,
  StoredLikeness,
  StoredPage,
  StoredRedirect,
  StoredStep,
  StoredWait,
} from "../storage/index.ts";
import type { ExcludedRule } from "./excluded-rule.ts";
import type { Prediction } from "./predict-decision.ts";

export type Fate = "fetched" | "failed" | "excluded" | "waiting" | "in_flight" | "undecided";

export interface Explanation {
  readonly dbPath: string;
  /** As the user wrote it. */
  readonly asked: string;
  /** Canonical: what was looked up. */
  readonly url: string;
  readonly lastRun: ToldRun;
  /** Null for a URL that the database does not know. */
  readonly known: KnownUrl | null;
  /** What the last run's rules say, where the last run did not decide itself; else null. */
  readonly prediction: Prediction | null;
  /** Known URLs that may have been meant; empty where this one is known. */
  readonly nearMisses: readonly string[];
}

export interface ToldRun {
  readonly id: number;
  readonly state: RunRow["state"];
  readonly reason: RunRow["reason"];
  readonly isLive: boolean;
}

export interface KnownUrl {
  readonly fate: Fate;
  /** The run that last touched it. */
  readonly run: ToldRun;
  readonly firstRunId: number;
  readonly depth: number | null;
  readonly decision: StoredDecision | null;
  /** The decision's reason in words. */
  readonly meaning: string | null;
  readonly excluded: ExcludedRule | null;
  readonly wait: (StoredWait & HostPace) | null;
  readonly askedIn: { readonly first: number; readonly last: number; readonly runs: number } | null;
  /** Of the last run that asked for it. */
  readonly attempts: readonly StoredAttempt[];
  readonly origin: FoundBy;
  /** From where it was found; the page next to the seed comes first. Empty for a seed. */
  readonly path: readonly StoredStep[];
  readonly inlinks: StoredInlinks;
  readonly redirectsHere: StoredInlinks;
  /** Pages that call this URL canonical. */
  readonly canonicalOf: StoredInlinks;
  readonly redirects: readonly StoredRedirect[];
  readonly page: StoredPage | null;
  readonly sameText: StoredLikeness;
  /** Nearly the same, but not the same. */
  readonly similarText: StoredLikeness;
}

/** How the run asks each host. */
export interface HostPace {
  readonly perHost: number;
  /** With `autoDelay` the pause to begin with. */
  readonly delayMs: number;
  readonly autoDelay: boolean;
}

/** What the path to a URL begins with. `run` is the last one that named it as a seed. */
export type FoundBy =
  | { readonly by: "seed"; readonly run: number }
  | { readonly by: "robots" | "unknown"; readonly run: null };

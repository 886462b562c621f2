/** All that the page is made of. */
import type { CloseReason } from "../../thread-reports.ts";
import type {
  BrokenTarget,
  Counted,
  ExcludedExample,
  IssueCount,
  IssueExamples,
  ReuseRow,
} from "../../storage/index.ts";
import type { IssuesLeftOut } from "../issues-left-out.ts";
import type { RunReport } from "../run-report.ts";
import type { AttemptFigures } from "./attempt-figures.ts";

export interface ReportData {
  readonly report: RunReport;
  /** As the run recorded them, secrets as `***`. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** When the page was made, epoch milliseconds. */
  readonly madeAt: number;
  readonly attempts: AttemptFigures;
  /** URLs of the pages that `attempts` lists. */
  readonly urls: ReadonlyMap<number, string>;
  readonly sockets: {
    /** All together; null before the first. */
    readonly run: ReuseRow | null;
    readonly origins: Counted<ReuseRow>;
    readonly threads: Counted<ReuseRow>;
    readonly closeReasons: readonly {
      readonly reason: CloseReason | null;
      readonly count: number;
      readonly meaning: string;
    }[];
  };
  /** What is wrong now; nothing is known of that of an earlier run. */
  readonly state: StateNow | "earlier_run";
  readonly excludedExamples: readonly ExcludedExample[];
  /** Commands that show more, ready to be pasted, with a word on each. */
  readonly commands: readonly (readonly [command: string, text: string])[];
}

export interface GroupedIssue extends IssueCount {
  /** What it is about, in words. */
  readonly group: string;
}

/** The state that the newest run left. */
export interface StateNow {
  /** Most severe first; or why they were not counted. */
  readonly issues: readonly GroupedIssue[] | IssuesLeftOut;
  readonly examples: ReadonlyMap<string, IssueExamples>;
  readonly brokenTargets: Counted<BrokenTarget>;
}

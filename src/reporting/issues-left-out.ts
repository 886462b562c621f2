/** Why a report says nothing of issues, in words. */

/** `too_many`: counting them was not asked for, and would take long. */
export type IssuesLeftOut = "earlier_run" | "too_many" | "not_wanted";

/** Each is a sentence; "below" are the commands that every form of the report ends with. */
export const WHY_NO_ISSUES: Readonly<Record<IssuesLeftOut, string>> = {
  earlier_run:
    "Issues are of the state that the newest run left, and not kept for earlier runs: this report is of an earlier one.",
  too_many:
    "There are so many pages and links that counting the issues takes a while, so that it was not done unasked: ask with --issues, or with the command below.",
  not_wanted: "Issues were not counted, as --no-issues says.",
};

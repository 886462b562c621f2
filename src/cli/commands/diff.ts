import { UsageError } from "../../errors.ts";
import { DIFF_KINDS, type DiffKind } from "../../reporting/diff-rows.ts";
import { quoted } from "../../reporting/printable.ts";
import { choices, count } from "../../setting-kinds.ts";
import type { Setting } from "../../settings.ts";
import { defineCommand, EXIT } from "../command.ts";
import { checkForm, CSV_OPTIONS } from "../csv-output.ts";
import { DB_OPTION, formOption } from "../read-options.ts";

const KINDS = Object.keys(DIFF_KINDS) as DiffKind[];

const KIND_OPTION: Setting<readonly DiffKind[]> = {
  group: "Output",
  kind: choices<DiffKind>(...KINDS),
  default: [],
  defaultText: "all",
  description: `Show only this (repeatable): ${KINDS.join(", ")}.`,
};

const LIMIT_OPTION: Setting<number> = {
  group: "Output",
  kind: count(0),
  default: null,
  defaultText: "20 in text, else none",
  description: "At most N rows of each kind; the counts are those of all.",
};

export const diff = defineCommand({
  usage: "[RUN [RUN]] [options]",
  description: [
    "Compares the last finished run with the finished run before it; of one RUN, that run with the finished one before it; of two, these. Shown are pages that were added, that are gone (404, 410, or nothing links to them any more), that have another status, title, text or other facts (description, h1, canonical, lang, robots, charset, redirect), and links that became broken or were healed.",
    "A page that the later runs did not ask counts as unchanged. The view v_run_diff tells the same of each run and the one before, v_broken_link_history since when links are broken.",
  ],
  examples: [
    { text: "what did the last crawl find changed?", command: "webspool diff --db site.db" },
    { text: "a week of daily runs", command: "webspool diff 12 19 --db site.db" },
    {
      text: "new broken links for a spreadsheet",
      command: "webspool diff --kind broken --csv > broken.csv",
    },
  ],
  operands: { min: 0, max: 2, called: "RUNs" },
  options: {
    db: DB_OPTION,
    kind: KIND_OPTION,
    limit: LIMIT_OPTION,
    json: formOption("One JSON object a line for every difference, then one with the counts."),
    ...CSV_OPTIONS,
  },
  async run({ terminal, operands, values }) {
    checkForm(values);
    const runs = operands.map(runNumber);
    const [{ readDiff }, { writeDiff }, { defaultDb }] = await Promise.all([
      import("../read-diff.ts"),
      import("../write-diff.ts"),
      import("../default-db.ts"),
    ]);
    const form = values.json === true ? "json" : values.csv === true ? "csv" : "text";
    const kinds = values.kind ?? [];
    readDiff(values.db ?? defaultDb(), runs, (from, to, rundiff) => {
      writeDiff(
        { from, to, rundiff },
        {
          form,
          raw: values.raw ?? false,
          kinds: KINDS.filter((kind) => kinds.length === 0 || kinds.includes(kind)),
          limit: values.limit ?? (form === "text" ? 20 : Infinity),
        },
        terminal.stdout,
      );
    });
    return EXIT.ok;
  },
});

function runNumber(operand: string): number {
  if (/^\d{1,15}$/.test(operand)) return Number(operand);
  throw new UsageError(
    "bad_run",
    `webspool diff got ${quoted(operand)}, but takes the numbers of runs: webspool status lists them.`,
  );
}

import { adviceJson } from "../../reporting/advice-report.ts";
import { adviceText, type AdviceStyle } from "../../reporting/advice-text.ts";
import { printableJson } from "../../reporting/printable.ts";
import { defineCommand, EXIT } from "../command.ts";
import { DB_OPTION, formOption, RUN_OPTION } from "../read-options.ts";

const STYLES = { heading: "bold", warning: "yellow", now: "cyan" } as const;

export const advise = defineCommand({
  usage: "[options]",
  description: [
    "Replays a run's requests, in their order and at their pace, through pools with other settings, and shows for each value of poolConnections, poolMaxsize and keepaliveTimeout how many connections it would have opened and what their handshakes would have cost, with each host kept to its thread and without. It ends with the settings to change, as a config file for webspool crawl, or says that there is nothing to gain. How to read it is in docs/reuse.md.",
  ],
  examples: [
    { text: "of the last run", command: "webspool advise --db site.db" },
    { text: "an earlier one, for a program", command: "webspool advise --run 3 --json" },
  ],
  operands: { min: 0, max: 0, called: "arguments" },
  options: {
    db: DB_OPTION,
    run: RUN_OPTION,
    json: formOption("One JSON object; its keys are in docs/reuse.md."),
  },
  async run({ terminal: { stdout }, values }) {
    const [{ readAdvice }, { defaultDb }] = await Promise.all([
      import("../read-advice.ts"),
      import("../default-db.ts"),
    ]);
    const report = readAdvice(values.db ?? defaultDb(), values.run);
    if (values.json === true) {
      stdout.line(printableJson(adviceJson(report)));
    } else {
      const style: AdviceStyle = (of, text) => stdout.style(STYLES[of], text);
      for (const line of adviceText(report, style, stdout.columns)) stdout.line(line);
    }
    return EXIT.ok;
  },
});

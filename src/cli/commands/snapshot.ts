import { printable } from "../../reporting/printable.ts";
import { defineCommand, EXIT } from "../command.ts";
import { DB_OPTION, formOption } from "../read-options.ts";

export const snapshot = defineCommand({
  usage: "FILE [options]",
  description: [
    "The copy is one file without a write-ahead log: other tools and other users can read it without write permission on its folder. A file that exists is not overwritten.",
    "What crawl --store-bodies kept is in a second file, which is copied too with --bodies, to FILE-bodies.",
  ],
  examples: [
    { text: "a copy to look at elsewhere", command: "webspool snapshot copy.db --db site.db" },
    { text: "with its bodies", command: "webspool snapshot copy.db --bodies --db site.db" },
  ],
  operands: { min: 1, max: 1, called: "one FILE" },
  options: {
    db: DB_OPTION,
    bodies: formOption("Copy the bodies too, to FILE-bodies."),
    quiet: formOption("Say nothing when all is well."),
  },
  async run({ terminal, operands, values }) {
    const [{ CrawlDatabase }, { defaultDb }] = await Promise.all([
      import("../../storage/index.ts"),
      import("../default-db.ts"),
    ]);
    const file = operands[0] ?? "";
    const db = CrawlDatabase.openReadOnly(values.db ?? defaultDb());
    let bodies: ReturnType<typeof db.upkeep.snapshot>;
    try {
      bodies = db.upkeep.snapshot(file, { bodies: values.bodies === true });
    } finally {
      db.close();
    }
    if (values.quiet === true) return EXIT.ok;
    const name = printable(file);
    const more = {
      none: "",
      copied: ` and ${name}-bodies`,
      left_out: " without the bodies of pages: --bodies copies them too",
    }[bodies];
    terminal.stderr.line(`wrote ${name}${more}`);
    return EXIT.ok;
  },
});

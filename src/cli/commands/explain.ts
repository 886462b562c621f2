import { UsageError } from "../../errors.ts";
import { maskPassword, printableJson, quoted } from "../../reporting/printable.ts";
import { canonicalUrl } from "../../url/index.ts";
import { defineCommand, EXIT } from "../command.ts";
import { DB_OPTION, formOption } from "../read-options.ts";
import { checkedSeed } from "../seeds.ts";

export const explain = defineCommand({
  usage: "URL [options]",
  description: [
    "For any URL: what happened to it in the last run that touched it, which seed, link, robots line, scope rule, limit or trap rule decided, and what would change that; how it was found from a seed on, who links to it, where it redirects, and which pages have the same text. For a URL that is not known: what the last run's rules would say of it, and which known ones are like it.",
    "The URL is brought to its canonical form first, as links are.",
  ],
  examples: [
    {
      text: "why is this page missing?",
      command: "webspool explain https://example.com/about --db site.db",
    },
    {
      text: "for a program",
      command: "webspool explain https://example.com/about --json",
    },
  ],
  operands: { min: 1, max: 1, called: "one URL" },
  options: { db: DB_OPTION, json: formOption("One JSON object.") },
  async run({ terminal, operands, values }) {
    const written = operands[0] ?? "";
    const url = checkedUrl(written);
    const [{ explain: explainUrl }, { explainText }, { explainJson }, { defaultDb }] =
      await Promise.all([
        import("../../explain/index.ts"),
        import("../../reporting/explain-text.ts"),
        import("../../reporting/explain-json.ts"),
        import("../default-db.ts"),
      ]);
    const now = Date.now();
    const explanation = explainUrl(values.db ?? defaultDb(), {
      asked: maskPassword(written),
      url,
      now,
    });
    const { stdout } = terminal;
    if (values.json === true) {
      stdout.line(printableJson(explainJson(explanation)));
      return EXIT.ok;
    }
    const heading = (text: string): string => stdout.style("bold", text);
    for (const line of explainText(explanation, { heading, maxCells: stdout.columns, now })) {
      stdout.line(line);
    }
    return EXIT.ok;
  },
});

/** @throws UsageError for what is no http or https URL */
function checkedUrl(written: string): string {
  const url = canonicalUrl(written);
  if (url !== null) return url;
  const scheme = URL.parse(written)?.protocol;
  // What is left of the colon in "example.com:8080" is no scheme, whatever the parser says.
  if (scheme !== undefined && !/^https?:$|\./.test(scheme) && !/^[^:]*:\d/.test(written)) {
    throw new UsageError(
      "bad_url",
      `The URL ${quoted(written)} has the scheme ${scheme.slice(0, -1)}: links that are neither http:// nor https:// are never asked for, nor kept.`,
    );
  }
  const checked = checkedSeed(written, "The URL");
  return canonicalUrl(checked) ?? checked;
}

import { UsageError } from "../../errors.ts";
import { printable, quoted } from "../../reporting/printable.ts";
import {
  SEARCH_COLUMNS,
  searchRows,
  searchSummary,
  searchText,
} from "../../reporting/search-text.ts";
import { count, text } from "../../setting-kinds.ts";
import type { Setting } from "../../settings.ts";
import { canonicalUrl } from "../../url/index.ts";
import { defineCommand, EXIT } from "../command.ts";
import { checkForm, CSV_OPTIONS } from "../csv-output.ts";
import { DB_OPTION, formOption } from "../read-options.ts";
import { writeAnswer } from "../write-answer.ts";

const DEFAULT_LIMIT = 20;

const LIMIT_OPTION: Setting<number> = {
  group: "Output",
  kind: count(1, 100_000),
  default: DEFAULT_LIMIT,
  description: "Show the best N pages.",
};
const SITE_OPTION: Setting<string> = {
  group: "Output",
  kind: text("PREFIX"),
  default: null,
  description: "Only pages whose URL begins so; without http:// or https:// either will do.",
};

export const search = defineCommand({
  usage: "WORDS [options]",
  description: [
    "Asks the text that webspool crawl --text kept. A page has to have all of the words, in its title, first heading or text; case and accents do not matter. The best come first: a word counts more in a title than in a heading, and there more than in the text.",
    '"a phrase" in double quotes is found as it stands, begin* finds what begins so, title: and heading: before a word look there only. AND, OR and NOT in capitals, and brackets among them, combine these. Anything else is a word, whatever signs are in it. --expression takes WORDS as an expression of SQLite\'s FTS5 instead.',
    "Pages whose last answer was a redirect or status 4xx are left out unless --all is given.",
  ],
  examples: [
    { text: "the best 20 pages", command: "webspool search event loop --db docs.db" },
    {
      text: "a phrase, in one part of a site",
      command: "webspool search '\"context manager\"' --site https://docs.example.com/library/",
    },
    {
      text: "either of two, but not a third",
      command: "webspool search '(http OR tls) NOT proxy'",
    },
    { text: "for a program", command: "webspool search --json --limit 5 'title:asyn*'" },
  ],
  operands: { min: 1, max: Infinity, called: "word" },
  options: {
    db: DB_OPTION,
    limit: LIMIT_OPTION,
    site: SITE_OPTION,
    all: formOption("Pages that are gone too."),
    expression: formOption("WORDS are one expression of FTS5, taken as it is."),
    json: formOption("One JSON object a line for every page."),
    ...CSV_OPTIONS,
  },
  async run({ terminal, operands, values }) {
    checkForm(values);
    const { stdout, stderr } = terminal;
    const [{ CrawlDatabase, searchTerms }, { defaultDb }] = await Promise.all([
      import("../../storage/index.ts"),
      import("../default-db.ts"),
    ]);
    const words = operands.join(" ");
    const terms =
      values.expression === true ? { expression: words.trim(), parts: [] } : searchTerms(words);
    if (terms === null || terms.expression === "") {
      throw new UsageError(
        "no_words",
        `webspool search got ${quoted(words)}, but takes at least one word: letters or digits.`,
      );
    }
    const dbPath = values.db ?? defaultDb();
    const db = CrawlDatabase.openReadOnly(dbPath);
    try {
      const answer = db.reports.search({
        ...terms,
        limit: values.limit ?? DEFAULT_LIMIT,
        prefixes: values.site === undefined ? [] : prefixes(values.site),
        all: values.all === true,
      });
      if (answer.pages === 0) {
        throw new UsageError(
          "no_text",
          `${dbPath} holds no text of pages: crawl with --text to search it.`,
        );
      }
      if (values.json === true || values.csv === true) {
        writeAnswer(stdout, { columns: [...SEARCH_COLUMNS], rows: searchRows(answer) }, values);
      } else {
        const found = (word: string): string =>
          stdout.isTty ? stdout.style("bold", word) : `[${word}]`;
        const title = (line: string): string => stdout.style("bold", line);
        const lines = searchText(answer, { title, found, columns: stdout.columns });
        for (const line of lines) stdout.line(line);
      }
      stderr.line(`${printable(dbPath)}: ${searchSummary(answer)}`);
      return EXIT.ok;
    } finally {
      db.close();
    }
  },
});

/** What URLs begin with, in the form in which they are stored: a host is never the beginning of another. */
function prefixes(site: string): string[] {
  const written = /^https?:\/\//i.test(site) ? [site] : [`https://${site}`, `http://${site}`];
  return written.map((prefix) => {
    const canonical = canonicalUrl(prefix);
    if (canonical !== null) return canonical;
    throw new UsageError(
      "bad_url",
      `--site got ${quoted(site)}, but takes the beginning of a URL, such as https://example.com/docs/.`,
    );
  });
}

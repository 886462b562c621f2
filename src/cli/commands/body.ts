import { UsageError } from "../../errors.ts";
import { maskPassword, printable, quoted } from "../../reporting/printable.ts";
import { text } from "../../setting-kinds.ts";
import type { Setting } from "../../settings.ts";
import type { FoundBody, NoBody } from "../../storage/index.ts";
import { canonicalUrl } from "../../url/index.ts";
import { defineCommand, EXIT } from "../command.ts";
import { checkNewFile, writeNewFile } from "../new-file.ts";
import { DB_OPTION, formOption, RUN_OPTION } from "../read-options.ts";
import { checkedSeed } from "../seeds.ts";
import type { Output } from "../terminal.ts";

const OUTPUT_OPTION: Setting<string> = {
  group: "Output",
  kind: text("FILE"),
  default: null,
  defaultText: "standard output",
  description: "Write the body to this file; one that exists is not replaced.",
};

export const body = defineCommand({
  usage: "URL [options]",
  description: [
    "The bytes as they came, after Content-Encoding was undone, of pages that were crawled with --store-bodies. Without --run it is the newest body that is held. In a terminal what could control it is shown as escapes, and a body that is no text is refused.",
  ],
  examples: [
    { text: "look at a page", command: "webspool body https://example.com/ --db site.db | less" },
    {
      text: "what did it change to?",
      command:
        "diff <(webspool body https://example.com/ --run 1) <(webspool body https://example.com/)",
    },
    {
      text: "into a file",
      command: "webspool body https://example.com/report.pdf --output report.pdf",
    },
  ],
  operands: { min: 1, max: 1, called: "one URL" },
  options: {
    db: DB_OPTION,
    run: {
      ...RUN_OPTION,
      defaultText: "the newest that has one",
      description: "The number of a run: what it got.",
    },
    output: OUTPUT_OPTION,
    force: formOption("Replace the file of --output."),
    headers: formOption("The status and the headers first, and an empty line."),
  },
  async run({ terminal, operands, values }) {
    const { stdout, stderr } = terminal;
    const written = operands[0] ?? "";
    const url = canonicalUrl(written) ?? canonicalUrl(checkedSeed(written, "The URL")) ?? written;
    const [{ CrawlDatabase }, { defaultDb }] = await Promise.all([
      import("../../storage/index.ts"),
      import("../default-db.ts"),
    ]);
    const dbPath = values.db ?? defaultDb();
    const { output: path, force = false } = values;
    const file = path === undefined ? null : { path, option: "--output", force };
    if (file !== null) checkNewFile(file, [dbPath]);
    const db = CrawlDatabase.openReadOnly(dbPath);
    let found: FoundBody | NoBody;
    try {
      found = db.reports.body({ url, runId: values.run ?? null });
    } finally {
      db.close();
    }
    if ("why" in found) throw notThere(found, { url, dbPath });
    const head = values.headers === true ? headOf(found) : "";
    if (file !== null) writeNewFile(file, Buffer.concat([Buffer.from(head), found.bytes]));
    else if (stdout.isTty) showInTerminal(found, head, { url, stdout });
    else await stdout.writeAll([head, found.bytes]);
    for (const note of notes(found)) stderr.line(`${printable(url)}: ${note}`);
    return EXIT.ok;
  },
});

function notes({ truncated, runId, laterRunId }: FoundBody): string[] {
  return [
    ...(truncated ? ["the body was cut off at --max-body"] : []),
    ...(laterRunId === null
      ? []
      : [`the body is of run ${runId}; run ${laterRunId} asked again and kept none`]),
  ];
}

/** As curl shows it with --include. */
function headOf({ alpn, status, headers }: FoundBody): string {
  const protocol = alpn === "h2" ? "HTTP/2" : "HTTP/1.1";
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return [`${protocol} ${status ?? ""}`, ...lines, "", ""].join("\r\n");
}

/** A NUL is in no text, as curl has it; nor is what UTF-8 has no place for, unless it is all of Latin. */
function showInTerminal(
  { bytes }: FoundBody,
  head: string,
  { url, stdout }: { readonly url: string; readonly stdout: Output },
): void {
  if (bytes.includes(0)) {
    throw new UsageError(
      "body_binary",
      `The body of ${quoted(url)} is no text, which a terminal should not get: write it to a file with --output FILE, or pipe it.`,
    );
  }
  const whole = `${head}${new TextDecoder().decode(bytes)}`;
  for (const line of whole.split(/\r?\n/)) {
    stdout.line(line.split("\t").map(printable).join("\t"));
  }
}

function notThere(
  reason: NoBody,
  { url, dbPath }: { readonly url: string; readonly dbPath: string },
): UsageError {
  const shown = quoted(url);
  const db = printable(dbPath);
  const sentence = (): string => {
    switch (reason.why) {
      case "unknown_url":
        return `There is no body of ${shown}: ${db} does not know this URL.`;
      case "never_asked":
        return `There is no body of ${shown}: no crawl into ${db} has asked for it as a page; webspool explain says why.`;
      case "no_run":
        return `There is no run ${reason.runId} in ${db}: webspool sql @runs lists them.`;
      case "not_asked":
        return `There is no body of ${shown} in run ${reason.runId}, which did not ask for it: leave --run out for the newest.`;
      case "pruned":
        return `There is no body of ${shown} in run ${reason.runId}, which was pruned: leave --run out for the newest.`;
      case "not_kept":
        return reason.error === null
          ? `There is no body of ${shown}: run ${reason.runId} asked for it without --store-bodies.`
          : `There is no body of ${shown}: run ${reason.runId} got none (${reason.error}).`;
      case "left_out":
        return `There is no body of ${shown}: ${db} is a copy without its bodies; webspool snapshot --bodies copies them too.`;
      case "file_missing":
        return `The body of ${shown} is not there any more: put the file ${db}-bodies back in its place, or crawl again with --store-bodies.`;
    }
  };
  return new UsageError("no_body", maskPassword(sentence()));
}

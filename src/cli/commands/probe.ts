import { formatDuration, count, duration, flag } from "../../setting-kinds.ts";
import { UsageError } from "../../errors.ts";
import type { ProbedRequest, ProbeFindings } from "../../probe.ts";
import { printable, printableJson, quoted } from "../../reporting/printable.ts";
import { SETTINGS, type Setting } from "../../settings.ts";
import { canonicalUrl } from "../../url/index.ts";
import { defineCommand, EXIT, type ExitCode } from "../command.ts";
import { formOption } from "../read-options.ts";
import type { Output } from "../terminal.ts";
import { packageVersion } from "../version.ts";

function option<T>(
  kind: Setting<T>["kind"],
  value: Setting<T>["default"],
  description: string,
): Setting<T> {
  return { group: "Requests", kind, default: value, description };
}

export const probe = defineCommand({
  usage: "URL... [options]",
  description: [
    "Every request goes through one session. For each one: its socket, how many requests that socket had served, why no open one could be used, and the phases in milliseconds. Then what the server showed: when it closes idle connections, after how many requests it ends one.",
    "A wait shows the idle timeout: --gap longer than it, or --idle.",
  ],
  examples: [
    { text: "five requests, one after another", command: "webspool probe https://example.com/" },
    {
      text: "does a connection survive 20 s?",
      command: "webspool probe https://example.com/ --count 3 --gap 20s",
    },
    {
      text: "when does the server close it?",
      command: "webspool probe https://example.com/ --count 1 --idle 2m",
    },
  ],
  operands: { min: 1, max: 100, called: "URL" },
  options: {
    count: option(count(1, 100_000), 5, "Requests to each URL."),
    parallel: option(count(1, 1_000), 1, "Requests in flight together."),
    gap: option(duration(), "0", "Pause before the next request, or the next group of --parallel."),
    idle: option(
      duration(),
      "0",
      "After the last request, wait at most this long for the server to close.",
    ),
    timeout: option(duration(1), "60s", "Longest time for one request."),
    userAgent: SETTINGS.userAgent,
    insecure: option(flag(), false, "Do not verify TLS certificates."),
    json: formOption("One JSON object a line: every request, then the findings of its URL."),
  },
  async run({ terminal, operands, values }): Promise<ExitCode> {
    const urls = operands.map((operand) => {
      const url = canonicalUrl(operand);
      if (url !== null) return url;
      throw new UsageError(
        "bad_url",
        `webspool probe got ${quoted(operand)}, but takes an http or https URL such as https://example.com/.`,
      );
    });
    const options = {
      count: values.count ?? 5,
      parallel: values.parallel ?? 1,
      gapMs: values.gap ?? 0,
      idleMs: values.idle ?? 0,
      timeoutMs: values.timeout ?? 60_000,
      insecure: values.insecure ?? false,
      userAgent: values.userAgent ?? `webspool/${packageVersion()}`,
    };
    // Loaded late: it brings the session, which help does not need.
    const { probe: probeUrl } = await import("../../probe.ts");
    const { stdout } = terminal;
    let answered = 0;
    for (const url of urls) {
      if (values.json !== true) printHead(url, stdout);
      const requests = probeUrl(url, options);
      let step = await requests.next();
      while (step.done !== true) {
        if (step.value.exchange.status !== null) answered += 1;
        if (values.json === true) stdout.line(printableJson(requestJson(url, step.value)));
        else printRequest(step.value, stdout);
        step = await requests.next();
      }
      if (values.json === true) stdout.line(printableJson({ url, findings: step.value }));
      else printFindings(step.value, stdout);
    }
    return answered > 0 ? EXIT.ok : EXIT.allSeedsFailed;
  },
});

/** A shorter survival says nothing of a server. */
const WORTH_TELLING_MS = 500;

const COLUMNS: readonly (readonly [string, number])[] = [
  ["request", 7],
  ["status", 6],
  ["socket", 6],
  ["use", 4],
  ["queue", 7],
  ["dns", 7],
  ["tcp", 7],
  ["tls", 7],
  ["ttfb", 8],
  ["body", 7],
  ["total", 8],
];

function printHead(url: string, stdout: Output): void {
  stdout.line(stdout.style("bold", printable(url)));
  const names = COLUMNS.map(([name, width]) => name.padStart(width)).join(" ");
  stdout.line(stdout.style("dim", `${names}  connection`));
}

function printRequest({ number, exchange }: ProbedRequest, stdout: Output): void {
  const { connection, connectionSeq, status, error } = exchange;
  const cells = [
    String(number),
    status === null ? "-" : String(status),
    connection === null ? "-" : `#${connection.id}`,
    connectionSeq === null ? "-" : String(connectionSeq),
    ...[
      exchange.queueMs,
      exchange.dnsMs,
      exchange.connectMs,
      exchange.tlsMs,
      exchange.ttfbMs,
      exchange.bodyMs,
      exchange.totalMs,
    ].map((ms) => (ms === null ? "-" : ms.toFixed(1))),
  ];
  const padded = cells.map((cell, index) => cell.padStart(COLUMNS[index]?.[1] ?? 0)).join(" ");
  const how =
    exchange.reused === true ? "reused" : `new: ${exchange.newConnectionReason ?? "no connection"}`;
  const failure = error === null ? "" : `, ${error.code}: ${printable(error.detail)}`;
  stdout.line(`${padded}  ${how}${failure}`);
}

function printFindings(found: ProbeFindings, stdout: Output): void {
  const lines: string[] = [
    `${found.reused} of ${found.requests} requests reused a connection; opened: ${found.connectionsOpened}.`,
  ];
  if (found.idleTimeoutMs !== null) {
    lines.push(
      `The server closed an idle connection after ${formatDuration(found.idleTimeoutMs)}: a --keepalive-timeout below that avoids the race.`,
    );
  } else if (found.survivedIdleMs !== null && found.survivedIdleMs >= WORTH_TELLING_MS) {
    lines.push(`A connection was still good after ${formatDuration(found.survivedIdleMs)} idle.`);
  }
  if (found.keepAliveHintMs !== null && found.keepAliveHintMs > 0) {
    lines.push(`Its Keep-Alive header promises ${formatDuration(found.keepAliveHintMs)}.`);
  }
  if (found.requestLimit !== null) {
    const plural = found.requestLimit === 1 ? "request" : "requests";
    lines.push(`The server ended connections after ${found.requestLimit} ${plural}.`);
  }
  for (const line of lines) stdout.line(line);
  stdout.line();
}

function requestJson(url: string, { number, exchange }: ProbedRequest): Record<string, unknown> {
  const { connection, ...rest } = exchange;
  return { ...rest, url, request: number, connection: connection?.id ?? null };
}

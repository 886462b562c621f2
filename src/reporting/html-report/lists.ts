/** Lists to act on: broken links, what was left out, and the commands that show more. */
import { formatAmount, formatCount } from "../format.ts";
import { dataTable, meter, numberCell } from "./data-table.ts";
import { foreign, html, link, type Html } from "./html.ts";
import type { ReportData } from "./report-data.ts";
import { nothing, type Section } from "./section.ts";
import { andMore } from "./statuses-section.ts";

export function brokenLinksSection({ state }: ReportData): Section {
  const about = { id: "broken-links", title: "Broken links" };
  if (state === "earlier_run") {
    return {
      ...about,
      body: nothing(
        "Links are those of the state that the newest run left; this page is of an earlier one.",
      ),
    };
  }
  const { rows, count } = state.brokenTargets;
  if (count === 0) return { ...about, body: nothing("No link leads to an error.") };
  return {
    ...about,
    note: html`${formatAmount(count, "target")} that ${count === 1 ? "answers" : "answer"} with an
      error or not at all, the most linked first. What was not asked is not judged: links to other
      sites and to files are asked with <code>--check all</code>.`,
    body: html`${dataTable(
      "Broken links by target",
      [
        { name: "Leads to", wide: true },
        { name: "Answer", hint: "status, or why there was none", code: true },
        { name: "Links", numeric: true, hint: "distinct links that lead there" },
        { name: "Stands in, for one", wide: true },
        { name: "Link text" },
      ],
      rows.map(({ target, status, error, links, source, anchor }) => [
        link(target),
        { shown: status ?? foreign(error), order: status ?? 0 },
        numberCell(links, formatCount),
        link(source),
        foreign(anchor, "none"),
      ]),
    )}${andMore(count - rows.length)}`,
  };
}

export function leftOutSection({ report, excludedExamples }: ReportData): Section {
  const { excluded, pending, waitingHosts } = report;
  const all = excluded.reduce((sum, { count }) => sum + count, 0);
  const about = { id: "left-out", title: "What was not asked for" };
  if (all === 0 && pending === 0) {
    return { ...about, body: nothing("Every URL that was found was asked for.") };
  }
  const examples = new Map(excludedExamples.map((example) => [example.reason, example]));
  const most = Math.max(...excluded.map(({ count }) => count), 1);
  return {
    ...about,
    note: html`<code>webspool explain URL</code> tells of any URL what decided on it, and which line
      or rule.`,
    body: html`${
      all === 0
        ? null
        : dataTable(
            "URLs that were left out, by reason",
            [
              { name: "Reason", code: true },
              { name: "URLs", numeric: true },
              { name: "", bar: true },
              { name: "Meaning" },
              { name: "One of them", wide: true },
            ],
            excluded.map(({ reason, count, meaning }) => {
              const example = examples.get(reason);
              return [
                html`<code>${foreign(reason)}</code>`,
                numberCell(count, formatCount),
                meter(count / most, "grey"),
                meaning,
                example === undefined
                  ? ""
                  : html`${link(example.url)}${example.detail === null ? null : html`<br /><span class="muted">${foreign(example.detail)}</span>`}`,
              ];
            }),
          )
    }
    ${pending === 0 ? null : waiting(pending, waitingHosts)}`,
  };
}

function waiting(pending: number, hosts: ReportData["report"]["waitingHosts"]): Html {
  return html`<div class="card">
    <h3>Still waiting: ${formatAmount(pending, "URL")}</h3>
    ${dataTable(
      "Hosts with URLs that wait",
      [
        { name: "Host", wide: true },
        { name: "URLs", numeric: true },
        { name: "", bar: true, wide: true },
      ],
      hosts.map(({ origin, pending: count }) => [
        foreign(origin),
        numberCell(count, formatCount),
        meter(count / pending, "warn"),
      ]),
    )}
  </div>`;
}

export function askSection({ commands }: ReportData): Section {
  return {
    id: "ask",
    title: "Ask more",
    note: "Everything on this page comes from the database, and there is more in it.",
    body: html`<dl class="commands">
      ${commands.map(
        ([command, text]) =>
          html`<div>
            <dt>${text}</dt>
            <dd><code>${command}</code></dd>
          </div>`,
      )}
    </dl>`,
  };
}

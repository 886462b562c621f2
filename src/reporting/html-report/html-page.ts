/**
 * The report of a run as one HTML page that needs nothing else: no request leaves it, which its
 * Content-Security-Policy holds it to, and it is whole without its script.
 */
import { createHash } from "node:crypto";
import { connectionsSection } from "./connections-section.ts";
import { pageHeader, siteName } from "./header.ts";
import { html, type Html } from "./html.ts";
import { issuesSection } from "./issues-section.ts";
import { askSection, brokenLinksSection, leftOutSection } from "./lists.ts";
import { pagesSection } from "./pages-section.ts";
import { moment } from "./moments.ts";
import type { ReportData } from "./report-data.ts";
import { SCRIPT } from "./script.ts";
import { sectionHtml } from "./section.ts";
import { statusesSection } from "./statuses-section.ts";
import { STYLE } from "./style.ts";
import { tiles } from "./tiles.ts";
import { timesSection } from "./times-section.ts";

/** An icon of its own, or browsers ask the server of the page for one. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%231f5fd0'/%3E%3Cpath d='M3 11V8m3.3 3V5m3.4 6V7m3.3 4V3' stroke='white' stroke-width='1.8' stroke-linecap='round'/%3E%3C/svg%3E";

/** The whole document, ending with a line feed. Text of sites cannot become markup in it. */
export function htmlPage(data: ReportData): string {
  const sections = [
    issuesSection(data),
    statusesSection(data),
    pagesSection(data),
    timesSection(data),
    connectionsSection(data),
    brokenLinksSection(data),
    leftOutSection(data),
    askSection(data),
  ];
  const policy = `default-src 'none'; style-src '${hashOf(STYLE)}'; script-src '${hashOf(SCRIPT)}'; img-src data:; base-uri 'none'; form-action 'none'`;
  // Of another name, so that no formatter puts a space into what the policy names by its hash.
  const verbatim = html;
  const page = verbatim`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex, nofollow">
<title>Crawl of ${siteName(data.report)}, run ${data.report.runId}</title>
<link rel="icon" href="${ICON}">
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#main">To the figures</a>
${pageHeader(data)}
<nav class="contents" aria-label="Sections">${sections.map(({ id, title }) => html`<a href="#${id}">${title}</a>`)}</nav>
<main id="main">
${tiles(data)}
${sections.map(sectionHtml)}
</main>
<footer>Made ${moment(data.madeAt)}. This page is one file and asks for nothing from elsewhere; its links lead to the site.</footer>
<script>${SCRIPT}</script>
</body>
</html>
`;
  return page.toString();
}

/** As a Content-Security-Policy names what may stand in the page (CSP Level 3, hash-source). */
function hashOf(text: Html): string {
  return `sha256-${createHash("sha256").update(text.toString()).digest("base64")}`;
}

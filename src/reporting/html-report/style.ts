/** How the page looks: light and dark, from 360 pixels to a wide screen, and on paper. */
import { html as verbatim } from "./html.ts";

export const STYLE = verbatim`
:root {
  color-scheme: light dark; --paper: #f4f6f9; --card: #fff; --line: #dfe4ea; --text: #17202c;
  --muted: #566273; --link: #1a57c2; --track: #e9edf2; --shadow: 0 1px 2px rgb(20 30 45 / 7%);
  --good: #188a5f; --info: #3b78dc; --warn: #d98b06; --bad: #cc3350; --dark: #7a4dc7; --teal: #1697a6;
  --grey: #8a95a5; --good-text: #0e6845; --info-text: #1d57b4; --warn-text: #8a5600; --bad-text: #ab1d3a;
  --dark-text: #5f35a8;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #0e1217; --card: #161c24; --line: #2a333f; --text: #e5eaf1; --muted: #9ba8b8;
    --link: #86b3ff; --track: #232b36; --shadow: none; --good: #33b481; --info: #5f9bf5; --warn: #e2a53b;
    --bad: #ee6079; --dark: #a98ae8; --teal: #35b8c6; --grey: #7f8b9b; --good-text: #5fd3a5;
    --info-text: #8fbaff; --warn-text: #f0bd64; --bad-text: #ff8b9e; --dark-text: #c3adf2;
   
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 3.5rem; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) {
  html { scroll-behavior: auto; }
}
body {
  margin: 0 auto; max-width: 78rem; padding: 0 1.25rem 3rem; background: var(--paper); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif;
}
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 2px; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
code {
  font: 0.88em/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
  overflow-wrap: anywhere;
}
bdi { overflow-wrap: break-word; }
h1 bdi, dd bdi { overflow-wrap: anywhere; }
h1 {
  margin: 0.1rem 0 0.4rem; font-size: clamp(1.5rem, 4vw, 2.2rem); line-height: 1.15;
  letter-spacing: -0.02em;
}
h2 { margin: 0 0 0.4rem; font-size: 1.35rem; letter-spacing: -0.01em; }
h3 { margin: 0 0 0.7rem; font-size: 1rem; }
.muted { color: var(--muted); }
.hidden, .skip {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap;
}
.skip:focus {
  position: fixed; inset: 0.5rem auto auto 0.5rem; width: auto; height: auto; clip-path: none;
  padding: 0.5rem 0.8rem; background: var(--card); z-index: 5;
}
.top { padding: 2rem 0 1.2rem; }
.brand {
  margin: 0; color: var(--muted); font-size: 0.85rem; letter-spacing: 0.04em; text-transform: uppercase;
}
.verdict { margin: 0 0 1rem; }
.notice {
  margin: 0 0 1rem; padding: 0.6rem 0.9rem; border: 1px solid var(--line);
  border-left: 4px solid var(--warn); border-radius: 6px; background: var(--card);
}
.facts {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(11.5rem, 1fr)); gap: 0.7rem 1.5rem;
  margin: 0;
}
.facts.lines { display: block; margin-top: 0.7rem; }
.lines > div { display: grid; grid-template-columns: 5.5rem 1fr; padding: 0.15rem 0; }
.lines dt { padding-top: 0.12rem; }
.facts dt { color: var(--muted); font-size: 0.82rem; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.plain, .chips { margin: 0; padding: 0; list-style: none; }
.chips { display: flex; flex-wrap: wrap; gap: 0.3rem; }
.chips li {
  padding: 0.05rem 0.55rem; border: 1px solid var(--line); border-radius: 99px; background: var(--card);
  font-size: 0.85rem; overflow-wrap: anywhere;
}
.badge {
  display: inline-block; padding: 0.05rem 0.55rem; border: 1px solid currentcolor; border-radius: 99px;
  font-size: 0.8rem; font-weight: 600; white-space: nowrap;
}
.badge-good { color: var(--good-text); }
.badge-info { color: var(--info-text); }
.badge-warn { color: var(--warn-text); }
.badge-bad { color: var(--bad-text); }
.badge-dark { color: var(--dark-text); }
.contents {
  position: sticky; top: 0; z-index: 2; display: flex; gap: 0.2rem; margin: 0 -1.25rem 1.2rem;
  padding: 0.45rem 1.25rem; overflow-x: auto; background: var(--paper);
  border-bottom: 1px solid var(--line);
}
.contents a {
  padding: 0.2rem 0.65rem; border-radius: 6px; color: var(--text); font-size: 0.9rem;
  text-decoration: none; white-space: nowrap;
}
.contents a:hover { background: var(--track); }
.tiles {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 0.8rem;
  margin: 0 0 2.4rem;
}
.tile {
  display: flex; flex-direction: column; padding: 0.75rem 0.95rem 0.8rem; border: 1px solid var(--line);
  border-left: 4px solid var(--grey); border-radius: 8px; background: var(--card);
  box-shadow: var(--shadow); color: inherit; text-decoration: none;
}
.tile:hover { border-color: var(--link); }
.tile .name { color: var(--muted); font-size: 0.85rem; }
.tile .figure {
  font-size: 1.75rem; font-weight: 650; line-height: 1.25; letter-spacing: -0.02em;
  font-variant-numeric: tabular-nums;
}
.tile .note { color: var(--muted); font-size: 0.85rem; }
.tile.edge-good { border-left-color: var(--good); }
.tile.edge-info { border-left-color: var(--info); }
.tile.edge-warn { border-left-color: var(--warn); }
.tile.edge-bad { border-left-color: var(--bad); }
main > section { margin: 0 0 2.6rem; }
.note { margin: 0 0 0.9rem; color: var(--muted); max-width: 62rem; }
.tile .note { margin: 0; }
.nothing {
  margin: 0; padding: 0.8rem 1rem; border: 1px dashed var(--line); border-radius: 8px;
  color: var(--muted);
}
.card, .issues, main > section > .scroll {
  border: 1px solid var(--line); border-radius: 8px; background: var(--card); box-shadow: var(--shadow);
}
.card { min-width: 0; margin: 0 0 1rem; padding: 1rem 1.1rem; }
.scroll + .card { margin-top: 1rem; }
.card .nothing { border: 0; padding: 0; }
.card > p:last-child { margin: 0.7rem 0 0; color: var(--muted); }
.columns {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 0 1rem;
  align-items: stretch;
}
.more { margin: 0.5rem 0 0; color: var(--muted); font-size: 0.9rem; }
.scroll { position: relative; overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 0.92rem; }
th, td { padding: 0.38rem 0.6rem; text-align: left; vertical-align: top; }
td { border-top: 1px solid var(--line); }
thead th {
  color: var(--muted); font-size: 0.82rem; font-weight: 600; white-space: nowrap; vertical-align: bottom;
}
th[title] { text-decoration: underline dotted var(--grey); text-underline-offset: 3px; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.wide { width: 40%; }
tr:not(:has(.wide ~ .wide)) > td.wide:not(.bar) { width: 56%; }
.code { white-space: nowrap; }
td.bar { width: 9rem; min-width: 6rem; }
td.bar.wide { width: 40%; }
td bdi { display: inline-block; max-width: 20rem; }
td.wide bdi { min-width: 12rem; max-width: none; overflow-wrap: anywhere; }
.code bdi { max-width: none; }
tbody tr:hover td { background: color-mix(in srgb, var(--track) 45%, transparent); }
th button { all: unset; cursor: pointer; border-radius: 3px; }
th button:hover { color: var(--text); }
th button:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
th[aria-sort] button::after { content: " ↑"; }
th[aria-sort="descending"] button::after { content: " ↓"; }
.compared { width: 100%; }
.compared th, .compared td {
  padding: 0.3rem 0.6rem 0.3rem 0; border: 0; font-weight: 400; white-space: nowrap;
  vertical-align: middle;
}
.compared td { font-weight: 600; font-variant-numeric: tabular-nums; text-align: right; }
.compared .meter { height: 1.1rem; }
svg { display: block; }
.meter { width: 100%; min-width: 4rem; height: 0.7rem; margin-top: 0.38rem; }
.track { fill: var(--track); }
.fill-good { fill: var(--good); background: var(--good); }
.fill-info { fill: var(--info); background: var(--info); }
.fill-warn { fill: var(--warn); background: var(--warn); }
.fill-bad { fill: var(--bad); background: var(--bad); }
.fill-dark { fill: var(--dark); background: var(--dark); }
.fill-teal { fill: var(--teal); background: var(--teal); }
.fill-grey { fill: var(--grey); background: var(--grey); }
.chart { margin: 0; }
.chart figcaption {
  display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0.2rem 1.2rem; margin: 0 0 0.5rem;
  color: var(--muted); font-size: 0.85rem;
}
.legend {
  display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; margin: 0; padding: 0; list-style: none;
  font-size: 0.85rem;
}
.key {
  display: inline-block; width: 0.7rem; height: 0.7rem; margin-right: 0.4rem; border-radius: 2px;
  vertical-align: -0.05rem; print-color-adjust: exact;
}
.plot { display: grid; grid-template: 13rem 1.35rem / 3.2rem minmax(0, 1fr); }
.plot svg { width: 100%; height: 100%; overflow: visible; }
.plot .x { grid-column: 2; }
.plot text { fill: var(--muted); font-size: 12px; font-variant-numeric: tabular-nums; }
.grid { stroke: var(--line); stroke-width: 1; shape-rendering: crispEdges; }
.gap { stroke: var(--grey); stroke-width: 2; stroke-dasharray: 3 4; }
.hit { fill: transparent; }
.column:hover .hit { fill: color-mix(in srgb, var(--grey) 16%, transparent); }
.numbers { margin: 0.6rem 0 0; font-size: 0.9rem; }
.numbers summary { width: max-content; color: var(--muted); cursor: pointer; }
.numbers .scroll { max-height: 20rem; overflow: auto; }
.parts { margin: 0 0 1rem; }
.card .parts { margin: 0; }
.strip { width: 100%; height: 1.4rem; margin: 0 0 0.6rem; border-radius: 5px; overflow: hidden; }
.card .parts .legend { display: block; columns: 15rem; font-size: 0.92rem; }
.card .parts .legend li { break-inside: avoid; padding: 0.12rem 0; }
.legend b { font-variant-numeric: tabular-nums; }
.tip {
  position: fixed; z-index: 9; max-width: 22rem; padding: 0.4rem 0.6rem; border-radius: 6px;
  background: var(--text); color: var(--paper); font-size: 0.83rem; line-height: 1.4;
  white-space: pre-line; pointer-events: none;
}
.issue { border-top: 1px solid var(--line); }
.issue:first-child { border-top: 0; }
.issue summary {
  display: grid; grid-template-columns: 5.2rem 4.8rem 1fr; gap: 0.6rem; align-items: baseline;
  padding: 0.5rem 0.9rem; cursor: pointer; list-style: none;
}
.issue summary::-webkit-details-marker { display: none; }
.issue summary:hover { background: color-mix(in srgb, var(--track) 45%, transparent); }
.issue .badge { justify-self: start; }
.issue .count { font-weight: 650; text-align: right; font-variant-numeric: tabular-nums; }
.issue .sentence::before { content: "▸ "; color: var(--muted); }
.issue[open] .sentence::before { content: "▾ "; }
.issue .sentence .muted { font-size: 0.85rem; white-space: nowrap; }
.issue > .scroll { margin: 0 0.9rem; }
.issue > .more { margin: 0.4rem 0.9rem 0.9rem; padding: 0 0.6rem; }
.commands { margin: 0; }
.commands > div { padding: 0.45rem 0; border-top: 1px solid var(--line); }
.commands dt { color: var(--muted); font-size: 0.88rem; }
.commands dd { margin: 0; }
footer { padding: 1rem 0 0; border-top: 1px solid var(--line); color: var(--muted); font-size: 0.85rem; }
@media (max-width: 40rem) {
  body { padding: 0 0.85rem 2rem; font-size: 14.5px; }
  .contents { margin: 0 -0.85rem 1rem; padding: 0.4rem 0.85rem; }
  .facts { grid-template-columns: 1fr 1fr; }
  .lines > div { grid-template-columns: 1fr; padding: 0.3rem 0; }
  .tiles { grid-template-columns: 1fr 1fr; gap: 0.5rem; }
  .tile { padding: 0.55rem 0.65rem; }
  .tile .figure { font-size: 1.35rem; }
  .card { padding: 0.8rem; }
  .plot { grid-template: 10rem 1.35rem / 2.7rem minmax(0, 1fr); }
  .plot text { font-size: 11px; }
  .issue summary { grid-template-columns: auto auto 1fr; padding: 0.5rem 0.7rem; }
  .sortable .bar { display: none; }
  td.wide bdi { min-width: 9rem; }
  .issue .sentence { grid-column: 1 / -1; }
  .issue > .scroll { margin: 0 0.2rem; }
}
@media print {
  :root { --paper: #fff; --text: #000; --muted: #444f5d; --shadow: none; }
  @page { margin: 14mm 12mm; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  .contents, .skip, .tip, .numbers { display: none; }
  .top { padding-top: 0; }
  .tiles { grid-template-columns: repeat(4, 1fr); gap: 2mm; }
  .tile { padding: 2mm 2.5mm; }
  .tile .figure { font-size: 14pt; }
  .tile, .chart, .strip, .meter, tr, h2, h3, .commands > div { break-inside: avoid; }
  h2, h3, .issue summary { break-after: avoid; }
  main > section { margin-bottom: 8mm; }
  table, .more { font-size: 8.5pt; }
  .scroll, .numbers .scroll { overflow: visible; max-height: none; }
  td.wide bdi { min-width: 0; }
  .columns { grid-template-columns: 1fr 1fr; }
  .issue::details-content { content-visibility: visible; block-size: auto; }
  .issue .sentence::before { content: none; }
  svg *, .key, .badge { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;

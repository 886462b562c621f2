/**
 * The processor time that pages of the hostile web take, at 2.5, 5 and 10 MB: the time must grow with the
 * size and no faster. Usage: node bench/hostile-pages.ts [name...]
 */
import { decodeBody, scanPage } from "../src/parsing/index.ts";
import { htmlBodies } from "../test/hostile/cases/html-bodies.ts";

/** The default of --max-body, less what surrounds the filling. */
const FULL_SIZE = 10_000_000;
const PARTS = [0.25, 0.5, 1];
const wanted = process.argv.slice(2);

/** Processor time: on a machine that does other things as well, the clock says little. */
function parseMs(bytes: Buffer): number {
  const before = process.cpuUsage();
  const { text, charset } = decodeBody(bytes, "text/html");
  scanPage(text, "http://host.test/", charset);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

let worst = { name: "", ms: 0 };
for (const [name, , body] of htmlBodies) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  parseMs(body(FULL_SIZE / 10));
  const times = PARTS.map((part) => {
    const bytes = body(FULL_SIZE * part);
    return Math.min(parseMs(bytes), parseMs(bytes));
  });
  const last = times.at(-1) ?? 0;
  if (last > worst.ms) worst = { name, ms: last };
  const doubling = last / (times.at(-2) ?? last);
  const columns = times.map((ms) => ms.toFixed(0).padStart(6)).join("");
  console.log(`${name.padEnd(26)} ${columns} ms, last doubling x${doubling.toFixed(1)}`);
}
console.log(`worst: ${worst.name}, ${worst.ms.toFixed(0)} ms`);

/** The HTML report in a real browser: in light, dark, narrow and on paper it is whole, and asks for nothing. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { describe, test, type TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { htmlPage } from "../../src/reporting/html-report/html-page.ts";
import { BrowserPage, withoutChromium } from "../helpers/chromium.ts";
import { runCli, temporaryFolder } from "../helpers/cli-process.ts";
import { crawlSite } from "../helpers/crawl-run.ts";
import { startFlawedSite } from "../helpers/flawed-site.ts";
import { HOSTILE_TEXTS } from "../helpers/hostile-texts.ts";
import { pageData } from "../helpers/page-data.ts";
import { startSite } from "../helpers/site-server.ts";

const SECTIONS = [
  "Issues",
  "Statuses",
  "Pages",
  "Response times",
  "Connections",
  "Broken links",
  "What was not asked for",
  "Ask more",
];

/** The least contrast of a text with what is behind it, WCAG 2.2, 1.4.3: for all texts that are shown. */
const LEAST_CONTRAST = `(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour) => {
    const [r, g, b] = rgba(colour).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (rgba(backgroundColor)[3] === 255) return backgroundColor;
    }
    return "white";
  };
  let least = { ratio: 21, text: "" };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { parentElement, data } = texts.currentNode;
    if (data.trim() === "" || !parentElement.checkVisibility()) continue;
    const style = getComputedStyle(parentElement);
    const colour = parentElement instanceof SVGElement ? style.fill : style.color;
    const [a, b] = [light(colour), light(behind(parentElement))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < least.ratio) least = { ratio, text: data.trim() };
  }
  return least;
})()`;

/** Elements that reach beyond the right edge, but those in a box that scrolls. */
const TOO_WIDE = `[...document.body.querySelectorAll("*")]
  .filter((each) => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .filter((each) => each.closest(".scroll, .contents") === null)
  .map((each) => each.outerHTML.slice(0, 100))`;

/** The report of a site with one instance of every issue, as the URL of its file. */
async function flawedReport(context: TestContext): Promise<string> {
  const site = await startFlawedSite();
  context.after(() => site.close());
  const { dbPath } = await crawlSite(context, {
    seeds: [`${site.origin}/`, `${site.plain}/`],
    check: "all",
    insecure: true,
    retries: 0,
  });
  const folder = temporaryFolder(context);
  const file = join(folder, "report.html");
  const { code, stderr } = await runCli(context, folder, "report", "--db", dbPath, "--html", file);
  assert.equal(code, 0, stderr);
  return pathToFileURL(file).href;
}

describe("the HTML report in Chromium", { skip: withoutChromium() }, () => {
  test("is whole in light and dark, wide and narrow, without a complaint or a request", async (context) => {
    const url = await flawedReport(context);
    const page = await BrowserPage.start(context);
    const papers = new Set<string>();
    for (const scheme of ["light", "dark"] as const) {
      for (const width of [1_400, 768, 360]) {
        await page.show(width, scheme);
        await page.open(url);
        const name = `${scheme}, ${width} pixels`;
        const headings = "[...document.querySelectorAll('main h2')].map((each) => each.innerText)";
        assert.deepEqual(await page.evaluate(headings), SECTIONS, name);
        assert.deepEqual(await page.evaluate(TOO_WIDE), [], name);
        assert.equal(
          await page.evaluate("document.documentElement.scrollWidth <= innerWidth"),
          true,
          name,
        );
        const drawn = `[...document.querySelectorAll("svg.bars")].map((svg) =>
          [...svg.querySelectorAll("[class^=fill]")].filter((each) => {
            const { width, height } = each.getBoundingClientRect();
            return width > 0 && height > 0;
          }).length)`;
        const bars = await page.evaluate<number[]>(drawn);
        assert.equal(bars.length, 3, "status over time, depth, response times");
        assert.ok(
          bars.every((count) => count >= 5),
          `${name}: ${bars.join(" ")} bars`,
        );
        await page.evaluate(
          "document.querySelectorAll('details').forEach((each) => (each.open = true))",
        );
        const { ratio, text } = await page.evaluate<{ ratio: number; text: string }>(
          LEAST_CONTRAST,
        );
        assert.ok(ratio >= 4.5, `${name}: "${text}" has a contrast of ${ratio}`);
        papers.add(await page.evaluate("getComputedStyle(document.body).backgroundColor"));
      }
    }
    assert.equal(papers.size, 2, "one paper in light, another in dark");
    assert.deepEqual(page.complaints, []);
    assert.deepEqual(new Set(page.requests), new Set([url]));
  });

  test("sorts its tables, shows what a bar stands for, and prints every issue", async (context) => {
    const url = await flawedReport(context);
    const page = await BrowserPage.start(context);
    await page.show(1_400, "light");
    await page.open(url);

    const column = `[...document.querySelectorAll("#times .card:last-child tbody tr")]
      .map((row) => Number(row.cells[2].dataset.order))`;
    const before = await page.evaluate<number[]>(column);
    const head = "document.querySelectorAll('#times .card:last-child thead th')[2]";
    await page.evaluate(`${head}.querySelector("button").click()`);
    assert.deepEqual(
      await page.evaluate(column),
      before.toSorted((a, b) => b - a),
    );
    assert.equal(await page.evaluate(`${head}.getAttribute("aria-sort")`), "descending");
    await page.evaluate(`${head}.querySelector("button").click()`);
    assert.deepEqual(
      await page.evaluate(column),
      before.toSorted((a, b) => a - b),
    );

    // The browser finds out by what it has painted where the pointer is: until that is the scrolled page, it is
    // moved again.
    let tip: string | null = null;
    for (let tries = 0; tip === null && tries < 100; tries += 1) {
      const { x, y } = await page.evaluate<{ x: number; y: number }>(`(() => {
        const bar = document.querySelector("#content svg.bars .column");
        bar.scrollIntoView({ block: "center", behavior: "instant" });
        const { x, y, width, height } = bar.querySelector(".hit").getBoundingClientRect();
        return { x: x + width / 2, y: y + height / 2 };
      })()`);
      await page.send("Input.dispatchMouseEvent", { type: "mouseMoved", x: x + (tries % 2), y });
      tip = await page.evaluate<string | null>(`new Promise((resolve) => requestAnimationFrame(() =>
        resolve(document.querySelector(".tip:not([hidden])")?.innerText ?? null)))`);
    }
    assert.match(tip ?? "no tip", /^depth 0\n2xx and 304, in order: 2$/);

    const closed = "document.querySelectorAll('details.issue:not([open])').length";
    const all = await page.evaluate<number>(closed);
    assert.ok(all >= 40);
    await page.evaluate(
      "window.unfolded = -1; addEventListener('beforeprint', () => (window.unfolded = document.querySelectorAll('details.issue[open]').length))",
    );
    const { data } = await page.send("Page.printToPDF", { printBackground: true });
    assert.match(Buffer.from(String(data), "base64").toString("latin1"), /^%PDF-/);
    assert.equal(await page.evaluate("window.unfolded"), all);
    assert.equal(await page.evaluate(closed), all, "and they are folded again");
    assert.deepEqual(page.complaints, []);
  });

  test("is whole without its script, with the words of each bar", async (context) => {
    const url = await flawedReport(context);
    const page = await BrowserPage.start(context);
    await page.send("Emulation.setScriptExecutionDisabled", { value: true });
    await page.open(url);
    const counted = await page.evaluate<Record<string, number>>(`({
      sections: document.querySelectorAll("main h2").length,
      titles: document.querySelectorAll(".column > title").length,
      buttons: document.querySelectorAll("button").length,
    })`);
    assert.equal(counted["sections"], SECTIONS.length);
    assert.ok((counted["titles"] ?? 0) > 20);
    assert.equal(counted["buttons"], 0, "nothing is offered that does not work");
    assert.deepEqual(page.complaints, []);
  });

  test("runs nothing that a site says, and could reach nothing if it did", async (context) => {
    const folder = temporaryFolder(context);
    const page = await BrowserPage.start(context);
    for (const [at, [name, text]] of Object.entries(HOSTILE_TEXTS).entries()) {
      const file = join(folder, `${at}.html`);
      writeFileSync(file, htmlPage(pageData(text)));
      await page.open(pathToFileURL(file).href);
      await page.evaluate(`document.querySelectorAll("details").forEach((each) => (each.open = true));
        document.querySelectorAll("[title], td, bdi").forEach((each) =>
          each.dispatchEvent(new MouseEvent("mouseover", { bubbles: true })))`);
      assert.equal(await page.evaluate("'owned' in globalThis"), false, name);
      const headings = "document.querySelectorAll('main h2').length";
      assert.equal(await page.evaluate(headings), SECTIONS.length, name);
    }
    assert.deepEqual(page.complaints, []);
    assert.deepEqual(
      page.requests.filter((url) => !url.startsWith(pathToFileURL(folder).href)),
      [],
    );

    // What would be if markup of a site had come in all the same.
    const elsewhere = await startSite({ "/": "read" });
    context.after(() => elsewhere.close());
    await page.evaluate(`(async () => {
      const div = document.createElement("div");
      div.innerHTML = '<img src="${elsewhere.origin}/" onerror="owned = 1"><iframe src="${elsewhere.origin}/"></iframe><link rel="stylesheet" href="${elsewhere.origin}/"><p style="background: url(${elsewhere.origin}/)">';
      document.body.append(div);
      const script = document.createElement("script");
      script.textContent = "owned = 2";
      document.body.append(script);
      await fetch("${elsewhere.origin}/").catch(() => {});
      navigator.sendBeacon("${elsewhere.origin}/", "x");
    })()`);
    assert.equal(await page.evaluate("'owned' in globalThis"), false);
    assert.deepEqual(elsewhere.requests, []);
    assert.ok(page.complaints.length >= 4, "the browser says what the policy stopped");
  });
});

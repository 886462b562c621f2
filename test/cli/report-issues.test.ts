/** `webspool report` names what is wrong with the site, most severe first, and how to see where. */
import assert from "node:assert/strict";
import { test } from "node:test";
import Database from "better-sqlite3";
import { runCaptured } from "../helpers/captured-terminal.ts";
import { startCleanSite } from "../helpers/clean-site.ts";
import { crawlSite, temporaryDatabase } from "../helpers/crawl-run.ts";
import { startSite } from "../helpers/site-server.ts";

/** As the test itself was started, perhaps by npm. */
const program = process.env["npm_command"] === undefined ? "webspool" : "npx webspool";

test("the report of the newest run ends with the most severe issues and the queries for the rest", async (context) => {
  const site = await startSite({
    "/": '<title>A home page</title><a href="/gone">gone</a><a href="/there">there</a>',
    "/there": "<title>There</title><p>nothing</p>",
  });
  context.after(() => site.close());
  const dbPath = temporaryDatabase(context);
  const options = { seeds: [`${site.origin}/`], dbPath };
  await crawlSite(context, options);
  const { rows } = await crawlSite(context, options);
  const { code, stdout } = await runCaptured(["report", "--db", dbPath]);
  assert.equal(code, 0);

  const all = rows("SELECT * FROM v_issues");
  const lines = stdout.split("\n");
  const shown = lines.slice(lines.indexOf("Issues") + 1);
  assert.deepEqual(
    shown.slice(0, 8).map((line) => line.trim().split(/\s{2,}/)),
    all
      .slice(0, 8)
      .map(({ id, severity, count, sentence }) => [severity, id, String(count), sentence]),
  );
  assert.match(shown[0] ?? "", /^ {2}error {4}page_http +2 {2}The page is served over http/);
  assert.equal(shown[8], `  and ${all.length - 8} more`);
  assert.deepEqual(shown.slice(9), [
    "",
    "Next",
    "  # where an issue is",
    `  ${program} sql --db ${dbPath} "select * from v_issue_page_http"`,
    "  # all issues",
    `  ${program} sql --db ${dbPath} "select * from v_issues"`,
    "",
  ]);

  const earlier = await runCaptured(["report", "--db", dbPath, "--run", "1"]);
  assert.doesNotMatch(earlier.stdout, /Issues|v_issue/);
});

test("the report of a site without issues has nothing to say of them", async (context) => {
  const site = await startCleanSite();
  context.after(() => site.close());
  const { dbPath } = await crawlSite(context, { seeds: [`${site.origin}/`], insecure: true });
  const { code, stdout } = await runCaptured(["report", "--db", dbPath]);
  assert.equal(code, 0);
  assert.match(stdout, /^Run 1 finished/);
  assert.doesNotMatch(stdout, /Issues|v_issue/);
});

/** As if the newest run had counted so many. */
function claim(dbPath: string, pages: number, links: number): void {
  const db = new Database(dbPath);
  db.prepare("UPDATE run SET pages = ?, links = ?").run(pages, links);
  db.close();
}

test("issues of very many pages or links are counted when asked for, and the report says how to ask", async (context) => {
  const site = await startSite({ "/": '<title>A home page</title><a href="/gone">gone</a>' });
  context.after(() => site.close());
  const dbPath = temporaryDatabase(context);
  await crawlSite(context, { seeds: [`${site.origin}/`], dbPath });
  const report = async (...more: string[]): Promise<string> => {
    const { code, stdout, stderr } = await runCaptured(["report", "--db", dbPath, ...more]);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  const small = await report();
  assert.match(small, /broken_link_internal/);
  assert.doesNotMatch(await report("--no-issues"), /Issues|v_issue/);
  assert.match(
    await report("--no-issues", "--html", "-"),
    /Issues were not counted, as --no-issues says\./,
  );

  for (const [pages, links] of [
    [130_000, 600_000],
    [9_000, 19_000_000],
  ] as const) {
    claim(dbPath, pages, links);
    const lines = (await report()).split("\n");
    const shown = lines.slice(lines.indexOf("Issues") + 1);
    assert.deepEqual(shown, [
      "  There are so many pages and links that counting the issues takes a while, so that it was not done unasked: ask with --issues, or with the command below.",
      "",
      "Next",
      "  # all issues",
      `  ${program} sql --db ${dbPath} "select * from v_issues"`,
      "",
    ]);
    const page = await report("--html", "-");
    assert.match(page, /so that it was not done unasked: ask with --issues/);
    assert.doesNotMatch(page, /v_issue_/);
    // Broken links are found at once, however many others there are.
    assert.match(page, /1 target that answers with an\s+error/);
    assert.match(await report("--issues"), /broken_link_internal/);
    assert.match(await report("--issues", "--html", "-"), /v_issue_broken_link_internal/);
  }
});

test("--json has the issues when they are asked for", async (context) => {
  const site = await startSite({ "/": '<title>A home page</title><a href="/gone">gone</a>' });
  context.after(() => site.close());
  const dbPath = temporaryDatabase(context);
  const options = { seeds: [`${site.origin}/`], dbPath };
  await crawlSite(context, options);
  const { rows } = await crawlSite(context, options);
  const json = async (...more: string[]): Promise<Record<string, unknown>> =>
    JSON.parse((await runCaptured(["report", "--db", dbPath, "--json", ...more])).stdout) as Record<
      string,
      unknown
    >;
  const { issues, ...report } = await json("--issues");
  assert.deepEqual(await json(), report);
  assert.deepEqual(issues, rows("SELECT id, severity, sentence, count FROM v_issues"));

  const earlier = await runCaptured(["report", "--db", dbPath, "--run", "1", "--issues"]);
  assert.equal(earlier.code, 2);
  assert.match(earlier.stderr, /--issues asks for the state that the newest run left.*leave one/);
});

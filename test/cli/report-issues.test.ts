/** `webspool report` names what is wrong with the site, most severe first, and how to see where. */
import assert from "node:assert/strict";
import { test } from "node:test";
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

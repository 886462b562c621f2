/**
 * What a site says must not control the terminal that shows it, nor run in a spreadsheet: a site that
 * puts escapes wherever it can, crawled by the real command line, and asked for by every command.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { runCaptured } from "../helpers/captured-terminal.ts";
import { runCli } from "../helpers/cli-process.ts";
import { shellWord } from "../../src/cli/next-commands.ts";
import { printableJson } from "../../src/reporting/printable.ts";

/** Clears the screen, sets its title, colours by a C1 control, turns text around, rings. */
const EVIL = "\u001b[2J\u001b]0;owned\u0007\u009b31m\u202eevil\u2066\u2028\u0008\u007f";
/** The same as a header can carry it: Node reads Latin-1, and refuses the C0 controls itself. */
const EVIL_LATIN1 = "\u009b31m\u009d0;owned\u009c";
// All that a terminal may obey, but for the line feed that ends a line.
const OBEYED =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

function assertHarmless(text: string, where: string): void {
  const at = OBEYED.exec(text)?.index;
  if (at === undefined) return;
  assert.fail(`${where}: ${JSON.stringify(text.slice(Math.max(0, at - 100), at + 40))}`);
}

const page = (head: string, body = ""): string =>
  `HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8; x=${EVIL_LATIN1}\r\nX-Evil: ${EVIL_LATIN1}\r\n` +
  `ETag: "${EVIL_LATIN1}"\r\nConnection: close\r\n\r\n${utf8(`<!doctype html>${head}<body>${body}`)}`;

/** Answers are written as Latin-1; a page is UTF-8. */
function utf8(text: string): string {
  return Buffer.from(text).toString("latin1");
}

const plain = (type: string, body: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nConnection: close\r\n\r\n${utf8(body)}`;

const ANSWERS: Readonly<Record<string, string>> = {
  "/": page(
    `<html lang="${EVIL}"><title>T1TLE${EVIL}</title><meta name=description content="${EVIL}">
      <meta name=robots content="all,${EVIL}"><link rel="next ${EVIL}" href="next?${EVIL}">`,
    `<h1>${EVIL}</h1><a href="broken?${EVIL}">ANCH0R${EVIL}</a><a href=formula>=1+1</a>
      <a href="//xn--${EVIL}/">x</a><a href=loc>x</a><a href=unknown>x</a><a href=badhead>x</a>
      <a href=encoding>x</a><a href="forbidden${EVIL}">x</a><a href=twin>x</a>
      <img src=i alt="${EVIL}">`,
  ),
  "/twin": page(`<title>T1TLE${EVIL}</title>`, "<h1>one two three</h1>"),
  "/formula": page('<title>=HYPERLINK("http://evil.test/","x")</title>'),
  "/loc": `HTTP/1.1 302 F\r\nLocation: /to?${EVIL_LATIN1}\r\nConnection: close\r\n\r\n`,
  "/badhead": `HTTP/1.1 200 OK\r\nX-Evil: ${EVIL}\r\n\r\n`,
  "/encoding": `HTTP/1.1 200 OK\r\nContent-Encoding: ${EVIL_LATIN1}\r\nConnection: close\r\n\r\nbody`,
  "/robots.txt": plain(
    "text/plain",
    `User-agent: *\nDisallow: /forbidden # ${EVIL}\nSitemap: /map.xml?${EVIL}`,
  ),
};
const MAP = plain("application/xml", `<urlset><${EVIL}></${EVIL}><url><loc>/x</loc>`);
const MISSING = "HTTP/1.1 404 N\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

function answerTo(head: string): string {
  const target = head.split(" ")[1] ?? "";
  const path = target.split("?")[0] ?? "";
  return path === "/map.xml" ? MAP : (ANSWERS[path] ?? MISSING);
}

async function startEvil(): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    let head = "";
    socket.on("data", (bytes: Buffer) => {
      head += bytes.toString("latin1");
      if (head.includes("\r\n\r\n")) socket.end(answerTo(head), "latin1");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

describe("nothing that a site sends controls the terminal", () => {
  let server: Server;
  let folder = "";
  let origin = "";
  /** A name of a file is not ours either. */
  const db = `crawl${EVIL.replaceAll("/", "")}.db`;
  before(async () => {
    server = await startEvil();
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    folder = mkdtempSync(join(tmpdir(), "webspool-output-"));
    mkdirSync(join(folder, `folder${EVIL}`));
    writeFileSync(join(folder, "evil.json"), JSON.stringify({ [`key${EVIL}`]: 1 }));
    writeFileSync(join(folder, "value.json"), JSON.stringify({ scope: `val${EVIL}` }));
    writeFileSync(
      join(folder, "extract.json"),
      JSON.stringify({ extract: [{ name: `n${EVIL}`, selector: "h1" }] }),
    );
    writeFileSync(join(folder, "seeds.txt"), `not a URL ${EVIL}\n`);
    const titles = `-- check: titles ${EVIL}\nSELECT title FROM page;\n`;
    writeFileSync(join(folder, "rules.sql"), titles);
    writeFileSync(join(folder, "wrong.sql"), `${titles}${titles}`);
  });
  after(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs the program in a process, or in this one, which is fifty times as fast. */
  const run = async (
    args: readonly string[],
    context: Parameters<typeof runCli>[0] | null = null,
  ): Promise<string> => {
    const told = args.map((arg) =>
      arg.replace("DB", join(folder, db)).replace("FOLDER", folder).replace("ORIGIN", origin),
    );
    const { code, stdout, stderr } =
      context === null ? await runCaptured(told) : await runCli(context, folder, ...told);
    assert.notEqual(code, 1, stderr);
    assertHarmless(stdout, `stdout of ${args.join(" ")}`);
    assertHarmless(stderr, `stderr of ${args.join(" ")}`);
    return stdout + stderr;
  };

  const SHORT = ["--retries", "0", "--check", "all", "--timeout", "2s", "--config", "extract.json"];

  test("while it is crawled, and in the log and the metrics", async (context) => {
    const files = ["--log", "crawl.log", "--metrics-file", "crawl.prom"];
    const first = await run(["crawl", "ORIGIN/", "--db", "DB", ...files, ...SHORT], context);
    assert.match(first, /run 1, new/);
    assert.match(
      await run(["crawl", "--db", "DB", "--json", ...SHORT], context),
      /"state":"finished"/,
    );
    assertHarmless(readFileSync(join(folder, "crawl.log"), "utf8"), "the log");
    // The metrics file holds nothing of the web; its labels are as Prometheus wants them.
    const metrics = readFileSync(join(folder, "crawl.prom"), "utf8").replaceAll(db, "DB");
    assertHarmless(metrics, "the metrics");
  });

  /** With what each shows of the site, so that it is known to have shown it. */
  const READS: readonly (readonly [args: readonly string[], shown: RegExp])[] = [
    [["report"], /invalid_response|content_decoding/],
    [["report", "--json"], /invalid_response|content_decoding/],
    [["report", "--html", "-"], /T1TLE\\x1b/],
    [["status"], /run 2|runs/i],
    [["status", "--json"], /"state"/],
    [["explain", "ORIGIN/"], /T1TLE/],
    [["explain", "ORIGIN/", "--json"], /T1TLE/],
    [["explain", "ORIGIN/badhead"], /invalid_response/],
    [["explain", "ORIGIN/encoding"], /encoding/],
    [["explain", "ORIGIN/map.xml"], /./],
    [["explain", `ORIGIN/forbidden${EVIL}`], /Disallow|robots/],
    [["explain", `ORIGIN/broken?${EVIL}`], /404/],
    [["explain", `ORIGIN/never/${EVIL}`], /not known|unknown/i],
    [["diff", "--limit", "50"], /run/],
    [["diff", "--json"], /summary/],
    [["sql", "SELECT * FROM page"], /T1TLE\\x1b/],
    [["sql", "SELECT * FROM page", "--json"], /T1TLE\\u001b/],
    [["sql", "SELECT headers, detail, content_type FROM fetch"], /\\x9b31m/],
    [["sql", "SELECT * FROM link"], /ANCH0R\\x1b/],
    [["sql", "SELECT * FROM frontier"], /robots/],
    [["sql", "SELECT * FROM extract"], /n\\x1b/],
    [["sql", "SELECT CAST(body AS TEXT) AS body FROM robots"], /Disallow/],
    [["sql", `SELECT 1 AS "a${EVIL}"`], /a\\x1b/],
    [["sql", "SELECT v_link.* FROM v_link", "--json"], /ANCH0R/],
    [["sql", "@errors"], /broken|invalid_response/],
    [["sql", "@excluded-by-robots", "--json"], /Disallow/],
    [["check", "FOLDER/rules.sql"], /titles \\x1b[^]*T1TLE\\x1b/],
    [["check", "FOLDER/rules.sql", "--json"], /T1TLE\\u001b/],
    [["check", "FOLDER/rules.sql", "--list"], /titles \\x1b/],
    [["fsck"], /is sound/],
    [["fsck", "--json"], /"sound":true/],
    [["prune", "--keep-runs", "1"], /run/],
    [["snapshot", `FOLDER/copy${EVIL}.db`], /copy\\x1b/],
  ];
  for (const [args, shown] of READS) {
    test(`by webspool ${args.map(printableJson).join(" ")}`, async (context) => {
      const isFirst = READS.find(([[command]]) => command === args[0])?.[0] === args;
      assert.match(await run([...args, "--db", "DB"], isFirst ? context : null), shown);
    });
  }

  const BAD_USES: readonly (readonly [args: readonly string[], shown: RegExp])[] = [
    [["probe", "ORIGIN/badhead", "--count", "1"], /invalid_response/],
    [["probe", "ORIGIN/encoding", "--count", "1"], /content_decoding|unsupported|reused|new/],
    [["probe", "ORIGIN/badhead", "--count", "1", "--json"], /invalid_response/],
    [["probe", `no url ${EVIL}`], /no url \\x1b/],
    [[`comm${EVIL}`], /comm\\x1b/],
    [["crawl", `--opt${EVIL}`], /opt\\x1b/],
    [["crawl", `http://${EVIL}/`], /\\x1b/],
    [["crawl", "--seeds", "FOLDER/seeds.txt"], /\\x1b/],
    [["crawl", "--seeds", `missing${EVIL}`], /missing\\x1b/],
    [["crawl", "ORIGIN/", "--config", `missing${EVIL}`], /missing\\x1b/],
    [["crawl", "ORIGIN/", "--config", "FOLDER/evil.json"], /key\\x1b/],
    [["crawl", "ORIGIN/", "--config", "FOLDER/value.json"], /val\\x1b/],
    [["crawl", "ORIGIN/", "--db", `FOLDER/folder${EVIL}`], /folder\\x1b/],
    [["crawl", "ORIGIN/", "--log", `no${EVIL}/log`], /no\\x1b/],
    [["crawl", "ORIGIN/", "--scope", EVIL], /\\x1b/],
    [["crawl", "ORIGIN/", "--include", `(${EVIL}`], /\\x1b/],
    [["crawl", "ORIGIN/", "--user-agent", EVIL], /\\x1b/],
    [["explain", `ftp://${EVIL}`], /\\x1b/],
    [["diff", EVIL], /\\x1b/],
    [["report", "--db", `missing${EVIL}.db`], /missing\\x1b/],
    [["sql", `SELECT "${EVIL}" FROM ${EVIL}`, "--db", "DB"], /unrecognized|syntax|\\x1b/],
    [["sql", `@${EVIL}`], /@\\x1b/],
    [["sql", "SELECT 1", "--param", EVIL], /--param got "\\x1b/],
    [["sql", "--file", `missing${EVIL}`], /missing\\x1b/],
    [["check", `missing${EVIL}`], /missing\\x1b/],
    [["check", "FOLDER/wrong.sql"], /titles \\x1b.*stands in line 1/],
    [["check", "FOLDER/rules.sql", "--junit", `no${EVIL}/x.xml`, "--db", "DB"], /no\\x1b/],
    [["help", EVIL], /\\x1b/],
  ];
  for (const [args, shown] of BAD_USES) {
    test(`by webspool ${args.map(printableJson).join(" ")}`, async () => {
      assert.match(await run(args), shown);
    });
  }

  test("in a command that is to be pasted, the name of a file keeps its bytes", () => {
    assert.equal(shellWord("a b's.db"), String.raw`'a b'\''s.db'`);
    assert.equal(shellWord("a\u001b'\\ü\u202e"), String.raw`$'a\033\'\\ü\342\200\256'`);
  });

  describe("CSV", () => {
    const query = "SELECT title, 1 AS n, -1.5 AS below FROM page WHERE title LIKE '%HYPERLINK%'";
    const csvOf = async (...more: string[]): Promise<string> =>
      (await runCaptured(["sql", query, "--csv", "--db", join(folder, db), ...more])).stdout;

    test("is safe for a spreadsheet", async () => {
      const cell = `"'=HYPERLINK(""http://evil.test/"",""x"")"`;
      assert.equal(await csvOf(), `title,n,below\r\n${cell},1,-1.5\r\n`);
    });

    test("is the text as it is with --raw", async () => {
      const cell = `"=HYPERLINK(""http://evil.test/"",""x"")"`;
      assert.equal(await csvOf("--raw"), `title,n,below\r\n${cell},1,-1.5\r\n`);
    });

    test("of link texts is safe too", async () => {
      const anchors = "SELECT anchor FROM link WHERE anchor LIKE '=%'";
      const { stdout } = await runCaptured(["sql", anchors, "--csv", "--db", join(folder, db)]);
      assert.equal(stdout, "anchor\r\n'=1+1\r\n");
    });

    for (const raw of [[], ["--raw"]]) {
      test(`in a terminal has no escapes ${raw.join("")}`, async () => {
        for (const term of ["xterm", "dumb"]) {
          const before = process.env["TERM"];
          process.env["TERM"] = term;
          try {
            const asked = ["sql", "SELECT * FROM page", "--csv", "--db", join(folder, db), ...raw];
            const { stdout } = await runCaptured(asked, "", { isTty: true });
            assertHarmless(stdout.replaceAll("\r\n", "\n"), `CSV in a ${term}`);
            assert.match(stdout, /T1TLE/);
          } finally {
            if (before === undefined) delete process.env["TERM"];
            else process.env["TERM"] = before;
          }
        }
      });
    }

    test("--raw without --csv is refused", async () => {
      for (const command of [["sql", "SELECT 1"], ["diff"]]) {
        const { code, stderr } = await runCaptured([...command, "--raw"]);
        assert.equal(code, 2);
        assert.match(stderr, /--csv/);
      }
    });
  });
});

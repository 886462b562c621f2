/**
 * The user's secrets: what a seed and --header carry goes to the seeds' origins, and nowhere else; not to
 * the disk, not to the screen. The real command line, and every byte that it leaves behind.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { runCaptured } from "../helpers/captured-terminal.ts";
import { runCli, startCli, temporaryFolder } from "../helpers/cli-process.ts";
import { startSite, type Site } from "../helpers/site-server.ts";

/** Each stands in one place only, so that a leak tells where it came from. */
const PASSWORD = "p@ss-S3CR3T";
const USERINFO = `me:${encodeURIComponent(PASSWORD)}`;
const BASIC = Buffer.from(`me:${PASSWORD}`).toString("base64");
const HEADER = "T0K3N-of-the-header";
const COOKIE = "C00KIE-of-the-header";
const FROM_FILE = "F1LE-of-headers";
const SET_COOKIE = "SESS10N-of-the-server";
const SECRETS = [
  "S3CR3T",
  encodeURIComponent(PASSWORD),
  BASIC,
  HEADER,
  COOKIE,
  FROM_FILE,
  SET_COOKIE,
];

function assertNoSecret(text: string, where: string): void {
  for (const secret of SECRETS) {
    const at = text.indexOf(secret);
    assert.equal(at, -1, `${where} has ${secret}: ${text.slice(Math.max(0, at - 200), at + 100)}`);
  }
}

/** Every file below a folder, as bytes: the database, its write-ahead log, the log, the metrics. */
function assertNoSecretBelow(folder: string): readonly string[] {
  const files = readdirSync(folder).filter((file) => file !== "headers.txt");
  for (const file of files) assertNoSecret(readFileSync(join(folder, file), "latin1"), file);
  return files;
}

interface Places {
  readonly seedSite: Site;
  readonly otherSite: Site;
  /** Answers what was held back, from now on at once. */
  readonly release: () => void;
}

/** A site behind a password, with every kind of way to another one. */
async function startPlaces(context: TestContext): Promise<Places> {
  const otherSite = await startSite(
    {
      "/robots.txt": { status: 302, headers: { location: "/moved-robots" } },
      "/page": "<title>other</title>",
      "/map.xml": { headers: { "content-type": "application/xml" }, body: "<urlset></urlset>" },
    },
    { host: "127.0.0.2" },
  );
  const other = otherSite.origin;
  const xml = { "content-type": "application/xml" };
  let held: (() => void) | null = null;
  let holds = true;
  const seedSite = await startSite({
    "/robots.txt": `User-agent: *\nAllow: /\nSitemap: ${other}/map.xml\nSitemap: /own-map.xml`,
    "/own-map.xml": {
      headers: xml,
      body: `<urlset><url><loc>${other}/from-map</loc></url></urlset>`,
    },
    "/": {
      headers: { "set-cookie": [`sid=${SET_COOKIE}; HttpOnly`, `Other=${SET_COOKIE}; Path=/x`] },
      body: `<title>front</title><a href="${other}/page">x</a><a href=hop>x</a><a href=ghost>x</a>
        <iframe src="${other}/frame"></iframe><img src="${other}/image"><img src=image-hop>
        <a href="${other.replace("//", "//you:yours@")}/with-credentials">x</a><a href=slow>x</a>`,
    },
    "/hop": { status: 307, headers: { location: `${other}/hopped` } },
    "/image-hop": { status: 302, headers: { location: `${other}/image-hopped` } },
    "/ghost": (request) => void request.socket.destroy(),
    "/slow": (_request, response) => {
      const answer = (): void => void response.end("<title>slow</title>");
      if (holds) held = answer;
      else answer();
    },
  });
  context.after(() => Promise.all([seedSite.close(), otherSite.close()]));
  return {
    seedSite,
    otherSite,
    release() {
      holds = false;
      held?.();
    },
  };
}

test("secrets reach the seeds' origins and nothing else, through a kill and every command", async (context) => {
  const folder = temporaryFolder(context);
  const { seedSite, otherSite, release } = await startPlaces(context);
  writeFileSync(join(folder, "headers.txt"), `# ours\nX-From-File: ${FROM_FILE}\n`);
  const seed = `${seedSite.origin.replace("//", `//${USERINFO}@`)}/`;
  const fixed = "--db crawl.db --scope any --check all --allow-private --retries 0 --threads 1";
  const headers = ["-H", `X-Token: ${HEADER}`, "-H", `Cookie: own=${COOKIE}`, "-H", "@headers.txt"];
  const told = "--log crawl.log --metrics-file crawl.prom";
  const crawl = [
    "crawl",
    seed,
    `${seedSite.origin}/hop`,
    ...headers,
    ...`${fixed} ${told}`.split(" "),
  ];
  const first = startCli(context, folder, ...crawl);
  await first.said("run 1, new");
  const seenBy = Date.now() + 20_000;
  while (!seedSite.requests.some(({ url }) => url === "/slow") || otherSite.requests.length < 5) {
    assert.ok(Date.now() < seenBy, "the crawl did not get so far");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  // What was committed stands in the write-ahead log, which a killed process leaves behind.
  const asked = ["sql", "SELECT url FROM v_page", "--db", join(folder, "crawl.db")];
  while (!(await runCaptured(asked)).stdout.includes("/hop")) {
    assert.ok(Date.now() < seenBy, "the crawl recorded nothing");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  first.child.kill("SIGKILL");
  const killed = await first.ended;
  assertNoSecret(killed.stdout + killed.stderr, "what the killed process said");
  assert.ok(assertNoSecretBelow(folder).includes("crawl.db-wal"));
  release();

  const said = await runCli(context, folder, ...crawl);
  assert.equal(said.code, 0, said.stderr);
  assert.match(said.stderr, /run 1, continued/);
  assertNoSecret(said.stdout + said.stderr, "the crawl");
  for (const args of [
    ["status"],
    ["status", "--json"],
    ["report"],
    ["report", "--json"],
    ["explain", seed],
    ["explain", seed, "--json"],
    ["explain", `${seed}ghost`],
    ["explain", `${seed}unknown`],
    ["sql", "SELECT * FROM run", "--json"],
    ["sql", "SELECT * FROM fetch", "--json"],
    ["sql", "SELECT * FROM robots", "--json"],
    ["fsck", "--json"],
    ["probe", seed, "--count", "1", "--json"],
    ["snapshot", join(folder, "copy.db")],
  ]) {
    const { code, stdout, stderr } = await runCaptured([...args, ...databaseOf(args, folder)]);
    assert.equal(code, 0, `${args.join(" ")}: ${stderr}`);
    assertNoSecret(stdout + stderr, args.join(" "));
  }
  const files = assertNoSecretBelow(folder);
  for (const file of ["crawl.db", "crawl.log", "crawl.prom", "copy.db"]) {
    assert.ok(files.includes(file), file);
  }
  const kept = await runCaptured(["sql", HEADERS_OF_FRONT, "--json", ...databaseOf([], folder)]);
  assert.match(kept.stdout, /set-cookie\\",\\"\*{3}\\"/i);
  assertSent(seedSite, otherSite);
});

const HEADERS_OF_FRONT =
  "SELECT json(headers) AS headers FROM fetch WHERE status = 200 AND headers LIKE '%set-cookie%'";

function databaseOf([command]: readonly string[], folder: string): readonly string[] {
  return command === "probe" ? [] : ["--db", join(folder, "crawl.db")];
}

/** The crawl's requests only: probe has no secrets to send. */
function assertSent(seedSite: Site, otherSite: Site): void {
  const ours = seedSite.requests.filter(({ headers }) => headers["x-token"] !== undefined);
  for (const path of ["/robots.txt", "/own-map.xml", "/", "/hop", "/slow", "/image-hop"]) {
    const request = ours.find(({ url }) => url === path);
    assert.ok(request !== undefined, path);
    const { authorization, cookie } = request.headers;
    assert.equal(authorization, `Basic ${BASIC}`, path);
    assert.equal(cookie, `own=${COOKIE}`, path);
    assert.equal(request.headers["x-from-file"], FROM_FILE, path);
  }
  const paths = new Set(otherSite.requests.map(({ url }) => url));
  for (const path of PATHS_OF_OTHER) assert.ok(paths.has(path), `${path} was not asked`);
  for (const { url, headers } of otherSite.requests) {
    assertNoSecret(JSON.stringify(headers), `the request for ${url} of another origin`);
    assert.equal(headers.authorization, undefined, url);
    assert.equal(headers.cookie, undefined, url);
  }
}

const PATHS_OF_OTHER = [
  "/robots.txt",
  "/moved-robots",
  "/map.xml",
  "/from-map",
  "/page",
  "/frame",
  "/image",
  "/hopped",
  "/image-hopped",
  "/with-credentials",
];

const BAD_USES: readonly (readonly [string, readonly string[]])[] = [
  ["a seed that is no URL", [`http://${USERINFO}@bad host/`]],
  ["a seed with one slash too few", [`http:/${USERINFO}@bad host/`]],
  ["a seed without a scheme", [`${USERINFO}@host.example/`]],
  ["a seed of another scheme", [`ftp://${USERINFO}@host.example/`]],
  ["a token for a name", ["http://S3CR3T@bad host/"]],
  ["a header without a colon", ["http://host.example/", "-H", `X-Token ${HEADER}`]],
  [
    "a header that no request can carry",
    ["http://host.example/", "-H", `X-Token: ${HEADER}\u0007`],
  ],
  ["a header that is ours to send", ["http://host.example/", "-H", `Upgrade: ${HEADER}`]],
  ["a header in a config file", ["http://host.example/", "--config", "FOLDER/header.json"]],
  ["headers that are no list", ["http://host.example/", "--config", "FOLDER/headers.json"]],
  ["a file of headers", ["http://host.example/", "-H", "@FOLDER/bad-headers.txt"]],
];

for (const [name, args] of BAD_USES) {
  test(`what is wrong with ${name} is told without the secret`, async (context) => {
    const folder = temporaryFolder(context);
    writeFileSync(join(folder, "header.json"), JSON.stringify({ header: [`X-Token ${HEADER}`] }));
    writeFileSync(join(folder, "headers.json"), JSON.stringify({ header: { "x-token": HEADER } }));
    writeFileSync(join(folder, "bad-headers.txt"), `X-Token ${FROM_FILE}\n`);
    const given = args.map((arg) => arg.replace("FOLDER", folder));
    const { code, stdout, stderr } = await runCaptured(["crawl", ...given]);
    assert.equal(code, 2, stderr);
    assertNoSecret(stdout + stderr, name);
  });
}

/**
 * A real site that this project did not write (Debian's python3-doc), served by a real server (nginx),
 * whose own count of connections is compared with ours.
 */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { test, type TestContext } from "node:test";
import { runCli, temporaryFolder } from "../helpers/cli-process.ts";
import { questions } from "../helpers/crawl-run.ts";

const PAGES = 150;
const PER_HOST = 6;

/** The folder of the documentation in whatever version of Python Debian ships. */
function documentation(): string | null {
  const base = "/usr/share/doc";
  if (!existsSync(base)) return null;
  const folders = readdirSync(base).filter((name) => /^python3\.\d+$/.test(name));
  const found = folders.map((name) => join(base, name, "html"));
  return found.find((folder) => existsSync(join(folder, "index.html"))) ?? null;
}

const html = documentation();
const hasNginx = spawnSync("nginx", ["-v"]).status === 0;
const skip =
  html === null ? "python3-doc is not installed" : hasNginx ? false : "nginx is not installed";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert(address !== null && typeof address === "object");
  server.close();
  await once(server, "close");
  return address.port;
}

interface Nginx {
  readonly origin: string;
  /** Connections accepted so far, without those that asked for this number. */
  accepted(): Promise<number>;
}

async function startNginx(t: TestContext, root: string): Promise<Nginx> {
  const folder = temporaryFolder(t);
  const port = await freePort();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  const configuration = `
    daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
    events { worker_connections 256; }
    http {
      include /etc/nginx/mime.types; access_log off; ${temporary.join(" ")}
      server {
        listen 127.0.0.1:${port}; root ${root};
        location = /stub-status { stub_status; }
      }
    }`;
  const file = join(folder, "nginx.conf");
  writeFileSync(file, configuration);
  const nginx = spawn("nginx", ["-c", file, "-p", folder, "-e", join(folder, "error.log")], {
    stdio: "ignore",
  });
  const closed = once(nginx, "close");
  t.after(async () => {
    nginx.kill("SIGTERM");
    await closed;
  });
  const origin = `http://127.0.0.1:${port}`;
  let own = 0;
  const accepted = async (): Promise<number> => {
    const response = await fetch(`${origin}/stub-status`, { headers: { connection: "close" } });
    const numbers = /^\s*(\d+) \d+ \d+\s*$/m.exec(await response.text());
    own += 1;
    return Number(numbers?.[1]) - own;
  };
  for (let tries = 0; ; tries += 1) {
    try {
      await accepted();
      return { origin, accepted };
    } catch (error) {
      if (tries === 50 || nginx.exitCode !== null) throw error;
      await pause(100);
    }
  }
}

test(
  "a real site is crawled over no more connections than its server counts",
  { skip },
  async (t) => {
    assert.ok(html !== null);
    const nginx = await startNginx(t, html);
    const cwd = temporaryFolder(t);
    const before = await nginx.accepted();
    const { code, stdout, stderr } = await runCli(
      t,
      cwd,
      "crawl",
      `${nginx.origin}/index.html`,
      "--max-pages",
      String(PAGES),
      "--per-host",
      String(PER_HOST),
      "--threads",
      "2",
      "--db",
      "py.db",
      "--json",
      "--quiet",
    );
    assert.equal(code, 0, stderr);
    const summary = JSON.parse(stdout) as Record<string, unknown>;
    assert.equal(summary["pages"], PAGES);

    const accepted = (await nginx.accepted()) - before;
    const { column, rows } = questions(join(cwd, "py.db"));
    assert.deepEqual(column("select count(*) from connection"), [accepted]);
    assert.equal(summary["connections_opened"], accepted);
    assert.ok(accepted >= 1 && accepted <= PER_HOST, `${accepted} connections`);
    t.diagnostic(`${accepted} connections for ${String(summary["requests"])} requests`);

    assert.deepEqual(column("select sum(requests) from connection"), [summary["requests"]]);
    // The documentation links to a few files that Debian leaves out.
    const answers = rows(`select url, status from fetch join url on url.id = url_id
    where kind = 'page' and settled = 1`);
    assert.equal(answers.length, PAGES);
    for (const { url, status } of answers) {
      const path = decodeURIComponent(new URL(String(url)).pathname);
      assert.equal(status, existsSync(join(html, path)) ? 200 : 404, path);
    }
    assert.deepEqual(column("select distinct charset from page"), ["utf-8"]);
    assert.ok(
      Number(rows("select count(*) as links from v_link where kind = 'a'")[0]?.["links"]) > 1_000,
    );
  },
);

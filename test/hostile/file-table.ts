/** Crawls the hosts of a table of files in one run, by the real command line, and asserts each row. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { questions } from "../helpers/crawl-run.ts";
import { HostileServer } from "../helpers/hostile-server.ts";
import { crawlByCommand, type CommandCrawl } from "./command-crawl.ts";
import { fatesOf, startFileCase, type FileCase } from "./file-case.ts";

/** An address of this machine that is no seed's. */
const FORBIDDEN_HOST = "127.0.0.2";

export function describeFileTable(
  title: string,
  cases: readonly FileCase[],
  settings: readonly string[],
  maxPeakBytes: number,
): void {
  void describe(title, () => {
    const folder = mkdtempSync(join(tmpdir(), "webspool-hostile-files-"));
    const servers = new Map<string, HostileServer>();
    let forbidden: HostileServer;
    let crawl: CommandCrawl;
    const { rows } = questions(join(folder, "crawl.db"));
    const originOf = (name: string): string => servers.get(name)?.origin ?? assert.fail(name);

    before(async () => {
      forbidden = await HostileServer.start({ host: FORBIDDEN_HOST });
      for (const each of cases) {
        servers.set(each.name, await startFileCase(each, forbidden.origin));
      }
      const seeds = [...servers.values()].map(({ origin }) => `${origin}/`);
      crawl = await crawlByCommand(folder, [...seeds, ...settings]);
    });
    after(async () => {
      await Promise.all([forbidden, ...servers.values()].map((server) => server.close()));
      rmSync(folder, { recursive: true, force: true });
    });

    for (const each of cases) {
      void it(`${each.name}: ${each.does}`, () => {
        const origin = originOf(each.name);
        const { status, error, detail = /(?:)/, truncated, bytes, links } = each.expected;
        const found = rows(`SELECT status, error, detail, truncated, bytes_body AS bytes,
          (SELECT count(*) FROM link WHERE from_url_id = url_id) AS links
        FROM fetch JOIN url ON url.id = url_id
        WHERE url = '${origin}${each.file}' AND settled = 1`);
        assert.equal(found.length, 1, `${found.length} settled rows`);
        const row = found[0] ?? {};
        const told = JSON.stringify(row);
        assert.deepEqual([row["status"], row["error"]], [status, error], told);
        assert.match(String(row["detail"]), detail);
        if (truncated !== undefined) assert.equal(row["truncated"], Number(truncated), told);
        if (bytes !== undefined) assert.equal(row["bytes"], bytes, told);
        if (links !== undefined) assert.equal(row["links"], links, told);
        for (const [path, fate] of Object.entries(fatesOf(each))) {
          const url = path.startsWith("/") ? origin + path : path;
          const known = rows(`SELECT state, reason FROM frontier JOIN url ON url.id = url_id
          WHERE url = '${url}'`);
          const [state, reason = null] = fate ?? [];
          assert.deepEqual(known, fate === null ? [] : [{ state, reason }], url);
        }
      });
    }

    void it("ends by itself, with everything settled once", () => {
      assert.equal(crawl.ended.code, 0, crawl.ended.stderr);
      assert.deepEqual(rows("SELECT state, reason FROM run"), [
        { state: "finished", reason: "frontier_empty" },
      ]);
      assert.deepEqual(
        rows(`SELECT url, count(*) AS settled FROM url JOIN fetch ON url_id = url.id
        GROUP BY url, kind HAVING sum(fetch.settled) <> 1`),
        [],
      );
      assert.deepEqual(rows("SELECT url_id FROM fetch WHERE error = 'internal'"), []);
    });

    void it("opens no socket to an address that is not allowed", () => {
      assert.equal(forbidden.connections, 0);
    });

    void it("keeps its memory bounded, however large the files", (t) => {
      t.diagnostic(`peak ${Math.round(crawl.peakBytes / 1024 ** 2)} MB, ${crawl.elapsedMs} ms`);
      assert.ok(crawl.peakBytes < maxPeakBytes, `${crawl.peakBytes} bytes`);
    });
  });
}

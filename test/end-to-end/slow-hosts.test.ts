/** A signal ends a crawl in good order also while no host answers. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { runCli, startCli, temporaryFolder } from "../helpers/cli-process.ts";
import { questions } from "../helpers/crawl-run.ts";

const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n";

interface SlowHost {
  readonly origin: string;
  /** Requests for a page that came. */
  readonly asked: () => number;
  /** From now on it answers at once. */
  readonly recover: () => void;
}

/** A host whose pages begin as `begin` does and never end, until it recovers. */
async function slowHost(t: TestContext, begin: (socket: Socket) => void): Promise<SlowHost> {
  const sockets = new Set<Socket>();
  let isSlow = true;
  let asked = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (data) => {
      const isPage = String(data).startsWith("GET / ");
      if (isPage) asked += 1;
      if (!isPage)
        socket.end("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
      else if (isSlow) begin(socket);
      else socket.end(`${HEAD}connection: close\r\n\r\n<title>at last</title>`);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    asked: () => asked,
    recover: () => (isSlow = false),
  };
}

/** Sends a byte now and then, so that no gap between reads is long. */
function trickle(socket: Socket): void {
  socket.write(`${HEAD}content-length: 100000\r\n\r\n`);
  const timer = setInterval(() => socket.write("x"), 500);
  socket.on("close", () => clearInterval(timer));
}

// Side by side: each waits for the ten seconds that a first signal leaves to what is in flight.
void describe("a signal while every host is slow", { concurrency: 2 }, () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    void test(`${signal} gives back what does not end in time, and the next crawl asks for it`, async (t) => {
      const hosts = await Promise.all([
        slowHost(t, () => {}),
        slowHost(t, (socket) => socket.write(`${HEAD}content-length: 100\r\n\r\n<title>`)),
        slowHost(t, trickle),
      ]);
      const cwd = temporaryFolder(t);
      const seeds = hosts.map(({ origin }) => `${origin}/`);
      const args = ["crawl", ...seeds, "--db", "slow.db", "--threads", "2", "--no-sitemaps"];
      const crawl = startCli(t, cwd, ...args);
      while (hosts.some(({ asked }) => asked() === 0)) {
        assert.equal(await Promise.race([crawl.ended, pause(20)]), undefined);
      }
      crawl.child.kill(signal);
      const ended = await crawl.ended;
      assert.equal(ended.code, 4, ended.stderr);
      assert.match(ended.stderr, /^stopping: 3 requests in flight; once more to stop at once$/m);
      const { rows, column } = questions(join(cwd, "slow.db"));
      assert.deepEqual(rows("select state, reason from run"), [
        { state: "interrupted", reason: "signal" },
      ]);
      assert.deepEqual(column("select count(*) from frontier where state = 'fetching'"), [0]);
      assert.equal((await runCli(t, cwd, "fsck", "--db", "slow.db")).code, 0);

      for (const { recover } of hosts) recover();
      const again = await runCli(t, cwd, ...args);
      assert.equal(again.code, 0, again.stderr);
      assert.deepEqual(column("select title from v_page"), Array(3).fill("at last"));
    });
  }
});

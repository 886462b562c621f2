import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Session, type DnsEvent, type ResolvedAddress } from "../../src/session/index.ts";
import { SessionServer } from "../helpers/session-server.ts";

describe("DNS", () => {
  it("shares lookups under way, keeps the answer, and lets addresses take turns", async () => {
    await using server = await SessionServer.start();
    const asked: string[] = [];
    const addresses: ResolvedAddress[] = [
      { address: "127.0.0.1", family: 4 },
      { address: "127.0.0.2", family: 4 },
    ];
    await using session = new Session({
      adapter: { forceClose: true },
      resolver: async (host) => {
        asked.push(host);
        await new Promise((resolve) => setTimeout(resolve, 20));
        return addresses;
      },
    });
    const events: DnsEvent[] = [];
    session.on("dns", (event) => events.push(event));
    const url = server.url("/", "a.test");
    await Promise.all([session.get(url), session.get(url), session.get(url)]);
    await session.get(url);
    assert.deepEqual(asked, ["a.test"]);
    assert.deepEqual(
      events.map(({ outcome, coalesced }) => `${outcome}${coalesced ? " coalesced" : ""}`),
      ["miss", "hit coalesced", "hit coalesced", "hit"],
    );
    assert.deepEqual(
      events.map(({ addresses: [first] }) => first),
      ["127.0.0.1", "127.0.0.2", "127.0.0.1", "127.0.0.2"],
    );
    await session.get(server.url());
    assert.equal(events.length, 4, "an IP literal is not looked up");
  });

  it("tries the next address where one refuses (RFC 8305)", async () => {
    await using server = await SessionServer.start();
    await using session = new Session({
      resolver: () =>
        Promise.resolve([
          { address: "127.0.0.2", family: 4 },
          { address: "127.0.0.1", family: 4 },
        ]),
    });
    const { connection } = await session.get(server.url("/", "a.test"));
    assert.equal(connection?.record.remoteIp, "127.0.0.1");
  });

  it("forgets at once where it is told so, and the least used beyond its size", async () => {
    await using server = await SessionServer.start();
    const options = { adapter: { forceClose: true } };
    const asked: string[] = [];
    const resolver = (host: string): Promise<ResolvedAddress[]> => {
      asked.push(host);
      return Promise.resolve([{ address: "127.0.0.1", family: 4 }]);
    };
    await using none = new Session({ ...options, resolver, dnsTtlMs: 0 });
    await none.get(server.url("/", "a.test"));
    await none.get(server.url("/", "a.test"));
    assert.deepEqual(asked.splice(0), ["a.test", "a.test"]);
    await using small = new Session({ ...options, resolver, dnsTtlMs: null, dnsCacheMaxSize: 2 });
    for (const name of ["a", "b", "a", "c", "a", "b"]) {
      await small.get(server.url("/", `${name}.test`));
    }
    assert.deepEqual(asked, ["a.test", "b.test", "c.test", "b.test"]);
  });

  it("lets only allowed addresses be connected to", async () => {
    await using server = await SessionServer.start();
    const seen: string[] = [];
    await using session = new Session({
      resolver: () =>
        Promise.resolve([
          { address: "10.0.0.1", family: 4 },
          { address: "127.0.0.1", family: 4 },
        ]),
      addressFilter: (ip, host) => {
        seen.push(`${host} ${ip}`);
        return !ip.startsWith("10.");
      },
    });
    const { connection } = await session.get(server.url("/", "mixed.test"));
    assert.equal(connection?.record.remoteIp, "127.0.0.1");
    assert.deepEqual(seen, ["mixed.test 10.0.0.1", "mixed.test 127.0.0.1"]);
  });
});

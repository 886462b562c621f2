/** Links as numbers, from a thread to the coordinator. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { failedOutcome } from "../../src/failed-outcome.ts";
import { LinkPacker } from "../../src/link-packer.ts";
import { LinkReader } from "../../src/link-reader.ts";
import type { DiscoveredLink, FetchRequest, Outcome } from "../../src/messages.ts";

const MANY = 1_000;

function request(urlId: number): FetchRequest {
  const origin = "http://a.example";
  const how = { kind: "page", method: "GET", allowPrivate: false, validators: null } as const;
  return { urlId, url: `${origin}/${urlId}`, origin, pauseMs: 0, ...how };
}

function outcome(urlId: number, ...links: DiscoveredLink[]): Outcome {
  return { ...failedOutcome(request(urlId), [], "internal"), links };
}

function link(url: string, more: Partial<DiscoveredLink> = {}): DiscoveredLink {
  return { url, kind: "a", rel: null, anchor: null, hreflang: null, count: 1, ...more };
}

/** What a message crosses: a copy, as `postMessage` makes it. */
function cross<Message>(message: Message): Message {
  return structuredClone(message);
}

/** The links of each outcome of a message, as they were before they were packed. */
function unpacked(reader: LinkReader, message: ReturnType<LinkPacker["pack"]>): DiscoveredLink[][] {
  const { outcomes, links } = cross(message);
  reader.open(links);
  return outcomes.map(({ linkCount }) =>
    reader.next(linkCount).map((one) => {
      const { urlText: _, ...rest } = one;
      return { ...rest, url: reader.url(one) };
    }),
  );
}

test("links come out as they went in, each outcome's own, null apart from empty", () => {
  const packer = new LinkPacker(MANY);
  const reader = new LinkReader();
  const first = [
    link("http://a.example/1", { anchor: "One", rel: "nofollow ugc", count: 3 }),
    link("http://a.example/1", { anchor: "", kind: "img" }),
    link("http://a.example/2", { anchor: "One", hreflang: "de", kind: "alternate" }),
  ];
  const second = [link("http://a.example/2", { anchor: "\u{1f600} é 語" })];
  const message = packer.pack([outcome(1, ...first), outcome(2), outcome(3, ...second)]);
  assert.deepEqual(unpacked(reader, message), [first, [], second]);
});

test("a text is told once, and again only after it was forgotten", () => {
  const packer = new LinkPacker(4);
  const reader = new LinkReader();
  const one = link("http://a.example/1", { anchor: "One" });
  const two = link("http://a.example/2", { anchor: "One" });
  const told = [one, two, one, two, one].map((next, index) => {
    const message = packer.pack([outcome(index, next)]);
    assert.deepEqual(unpacked(reader, message), [[next]]);
    return [message.links.firstText, message.links.texts];
  });
  assert.deepEqual(told, [
    [1, [one.url, "a", "One"]],
    [4, [two.url]],
    // Four are remembered: the table begins anew.
    [1, [one.url, "a", "One"]],
    [4, [two.url]],
    [1, [one.url, "a", "One"]],
  ]);
});

test("texts are forgotten by their length too", () => {
  const packer = new LinkPacker(MANY);
  const long = link("http://a.example/", { anchor: "x".repeat(9 * 1024 * 1024) });
  packer.pack([outcome(1, long)]);
  assert.equal(packer.pack([outcome(2, link("http://a.example/"))]).links.firstText, 1);
});

test("what is known of a URL is remembered with its text, and goes with it", () => {
  const packer = new LinkPacker(3);
  const reader = new LinkReader();
  const read = (): ReturnType<LinkReader["next"]> => {
    reader.open(cross(packer.pack([outcome(1, link("http://a.example/1"))])).links);
    return reader.next(1);
  };
  const knownOf = (links: ReturnType<LinkReader["next"]>): unknown[] =>
    links.map((one) => reader.known(one));
  const known = { urlId: 7, hostId: 1, depth: 2 };
  for (const one of read()) {
    assert.equal(reader.known(one), null);
    reader.note(one, known);
  }
  assert.deepEqual(knownOf(read()), [known]);
  reader.open(cross(packer.pack([outcome(2, link("http://a.example/2"))])).links);
  assert.deepEqual(knownOf(read()), [null]);
});

test("a message that is missing is noticed", () => {
  const packer = new LinkPacker(MANY);
  const reader = new LinkReader();
  packer.pack([outcome(1, link("http://a.example/1"))]);
  const second = packer.pack([outcome(2, link("http://a.example/2"))]);
  assert.throws(() => reader.open(second.links), /0 texts of links came, text 3 is next/);
});

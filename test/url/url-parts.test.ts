import assert from "node:assert/strict";
import { test } from "node:test";
import {
  credentialsOf,
  hostNameOf,
  originOf,
  pathOf,
  portOf,
  registrableDomain,
} from "../../src/url/index.ts";

const PARTS = [
  ["http://a/", "http://a", "a", 80, "/"],
  ["https://a.example/b/c?d=/e", "https://a.example", "a.example", 443, "/b/c"],
  ["https://a.example:8443/?x", "https://a.example:8443", "a.example", 8443, "/"],
  ["http://[::1]/", "http://[::1]", "[::1]", 80, "/"],
  ["http://[fd00::12]:81/x", "http://[fd00::12]:81", "[fd00::12]", 81, "/x"],
] as const;

for (const [url, origin, hostName, port, path] of PARTS) {
  void test(`parts of ${url}`, () => {
    assert.equal(originOf(url), origin);
    assert.equal(hostNameOf(url), hostName);
    assert.equal(portOf(url), port);
    assert.equal(pathOf(url), path);
    assert.equal(new URL(url).origin, origin);
    assert.equal(new URL(url).hostname, hostName);
  });
}

const CREDENTIALS = [
  ["http://user:p%40ss@example.com/", { username: "user", password: "p@ss" }],
  ["http://user@example.com/", { username: "user", password: "" }],
  ["http://:pw@example.com/", { username: "", password: "pw" }],
  ["http://100%25:%ff@example.com/", { username: "100%", password: "%ff" }],
  ["http://example.com/a@b", null],
  ["no URL", null],
] as const;

for (const [seed, expected] of CREDENTIALS) {
  void test(`credentials of ${seed}`, () => assert.deepEqual(credentialsOf(seed), expected));
}

const DOMAINS = [
  ["www.example.com", "example.com"],
  ["a.b.example.co.uk", "example.co.uk"],
  ["user.github.io", "user.github.io"],
  ["a.user.github.io", "user.github.io"],
  ["xn--bcher-kva.example", "xn--bcher-kva.example"],
  ["127.0.0.1", "127.0.0.1"],
  ["[::1]", "[::1]"],
  ["localhost", null],
  ["co.uk", null],
  ["github.io", null],
] as const;

for (const [hostName, expected] of DOMAINS) {
  void test(`registrable domain of ${hostName} is ${expected}`, () => {
    assert.equal(registrableDomain(hostName), expected);
  });
}

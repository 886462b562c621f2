import assert from "node:assert/strict";
import { test } from "node:test";
import { isPrivateAddress, isPrivateHost } from "../../src/url/index.ts";

// The first and last address of each range, and forms that carry another address.
const PRIVATE = `
  0.0.0.0 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 100.100.100.200
  127.0.0.1 127.255.255.255 169.254.0.0 169.254.169.254 172.16.0.0 172.31.255.255 192.0.0.192
  192.0.2.1 192.88.99.1 192.168.0.0 192.168.255.255 198.18.0.0 198.19.255.255 198.51.100.7
  203.0.113.7 224.0.0.1 239.255.255.255 240.0.0.0 255.255.255.255 168.63.129.16
  :: ::1 0:0:0:0:0:0:0:1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:a00:1 ::FFFF:192.168.1.1
  64:ff9b::10.0.0.1 64:ff9b::7f00:1 64:ff9b:1::808:808 64:ff9b:1:ffff::1 2002:7f00:1:: 2002:c0a8:101::1
  100::1 2001::1 2001:db8::1 3fff::1 3fff:fff:ffff::1 5f00::1 fc00::1 fd00:ec2::254 fdff::1
  2001:0:7f00:1::1 64:ff9b::a9fe:a9fe ::ffff:0:a9fe:a9fe 2002:a9fe:a9fe:: fd20:ce::254
  1::1 200::1 1fff::1 4000::1 8000::1 e000::1
  fe80::1 fe80::1%eth0 fe80::1%25eth0 febf::1 fec0::1 ff02::1 [::1] [fe80::1%2]
`;
const PUBLIC = `
  1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.0.1
  169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.0.3.0 192.167.255.255 192.169.0.0
  198.17.255.255 198.20.0.0 203.0.112.1 223.255.255.255 168.63.129.17
  ::ffff:8.8.8.8 ::ffff:808:808 64:ff9b::8.8.8.8 2002:808:808:: 2001:4860:4860::8888 2606:4700::1111
  2000::1 3ffe::1 2a00:1450:4001::200e [2606:4700::1111]
`;
const NO_ADDRESS = [
  "",
  "example.com",
  "127.1",
  "2130706433",
  "1.2.3.4.5",
  ":::",
  "%eth0",
  "[1.2.3.4",
];

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

for (const ip of words(PRIVATE)) {
  void test(`${ip} is private`, () => assert.equal(isPrivateAddress(ip), true));
}
for (const ip of words(PUBLIC)) {
  void test(`${ip} is public`, () => assert.equal(isPrivateAddress(ip), false));
}
for (const text of NO_ADDRESS) {
  void test(`"${text}" is no address, so it is not safe`, () => {
    assert.equal(isPrivateAddress(text), true);
  });
}

const HOSTS = [
  ["localhost", true],
  ["LOCALHOST.", true],
  ["a.b.localhost", true],
  ["127.1", true],
  ["0x7f000001", true],
  ["2130706433", true],
  ["[::ffff:7f00:1]", true],
  ["10.0.0.1", true],
  ["not a host", true],
  ["8.8.8.8", false],
  ["[2606:4700::1111]", false],
  ["example.com", false],
  ["localhost.example.com", false],
  ["mylocalhost", false],
] as const;

for (const [hostName, expected] of HOSTS) {
  void test(`host ${hostName} is ${expected ? "private" : "not known to be private"}`, () => {
    assert.equal(isPrivateHost(hostName), expected);
  });
}

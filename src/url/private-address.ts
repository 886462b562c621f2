/**
 * Which addresses no link from the open web may lead to: server-side request forgery begins with a
 * link to one's own network. The ranges are those that IANA's special-purpose registries (RFC 6890)
 * call not globally reachable, plus cloud metadata services that sit at public addresses.
 */
import { BlockList, isIP } from "node:net";

const PRIVATE_IPV4 = [
  "0.0.0.0/8", // this network; 0.0.0.0 reaches the machine itself
  "10.0.0.0/8",
  "100.64.0.0/10", // shared by carriers (RFC 6598); Alibaba's metadata at 100.100.100.200
  "127.0.0.0/8",
  "169.254.0.0/16", // link-local; metadata of most clouds at 169.254.169.254
  "172.16.0.0/12",
  "192.0.0.0/24", // IETF protocols; Oracle's metadata at 192.0.0.192
  "192.0.2.0/24", // documentation
  "192.88.99.0/24", // 6to4 relays, given up (RFC 7526)
  "192.168.0.0/16",
  "198.18.0.0/15", // benchmarks
  "198.51.100.0/24", // documentation
  "203.0.113.0/24", // documentation
  "224.0.0.0/4", // multicast
  "240.0.0.0/4", // reserved, and broadcast
  "168.63.129.16/32", // Azure's platform service, at a public address
];

const PRIVATE_IPV6 = [
  // All that is not 2000::/3, the only block given out for the public (RFC 4291 section 2.4): among it
  // unspecified and loopback (::/128, ::1/128), IPv4-compatible (::/96) and -translated (RFC 2765),
  // NAT64 of a local network (64:ff9b:1::/48, RFC 8215), discard (100::/64), segment routing (5f00::/16),
  "::/3",
  "4000::/2",
  // unique local (fc00::/7; Amazon's metadata at fd00:ec2::254, Google's at fd20:ce::254), link-local
  // (fe80::/10), site-local (fec0::/10) and multicast (ff00::/8).
  "8000::/1",
  "2001::/23", // IETF protocols, Teredo among them
  "2001:db8::/32", // documentation
  "3fff::/20", // documentation (RFC 9637)
];

const privateIpv4 = blockListOf(PRIVATE_IPV4, "ipv4");
const privateIpv6 = blockListOf(PRIVATE_IPV6, "ipv6");

function blockListOf(ranges: readonly string[], family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const slash = range.indexOf("/");
    list.addSubnet(range.slice(0, slash), Number(range.slice(slash + 1)), family);
  }
  return list;
}

/**
 * Whether an address is loopback, private, link-local or otherwise not on the public Internet. For
 * IPv6 forms that carry an IPv4 address (mapped, NAT64, 6to4) that one decides. Brackets and a zone
 * ("fe80::1%eth0") are allowed. What is not an address counts as private: the caller wanted to know
 * whether a connection is safe, and it is not.
 */
export function isPrivateAddress(ip: string): boolean {
  const bare = ip.replace(/^\[(.*)\]$/, "$1").replace(/%.*$/s, "");
  const version = isIP(bare);
  if (version === 4) return privateIpv4.check(bare, "ipv4");
  if (version === 0) return true;
  const carried = ipv4Within(groupsOf(bare));
  return carried === null ? privateIpv6.check(bare, "ipv6") : privateIpv4.check(carried, "ipv4");
}

/**
 * Whether a host name says by itself that it is private: a literal address in any form a URL takes
 * ("[::1]", "127.1", "0x7f000001"), or "localhost" and names below it (RFC 6761 section 6.3). Other
 * names are known only once they are resolved. What cannot be a host name counts as private.
 */
export function isPrivateHost(hostName: string): boolean {
  const host = URL.parse(`http://${hostName}/`)?.hostname;
  if (host === undefined) return true;
  if (host.startsWith("[") || isIP(host) !== 0) return isPrivateAddress(host);
  return /(?:^|\.)localhost\.?$/.test(host);
}

/** The IPv4 address that an IPv6 address stands for, or null when it stands for itself. */
function ipv4Within(groups: readonly number[]): string | null {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = groups;
  const middleIsZero = c === 0 && d === 0 && e === 0;
  if (a === 0 && b === 0 && middleIsZero && f === 0xffff) return dotted(g, h); // mapped
  if (a === 0x64 && b === 0xff9b && middleIsZero && f === 0) return dotted(g, h); // RFC 6052
  if (a === 0x2002) return dotted(b, c); // 6to4, RFC 3056
  return null;
}

function dotted(high: number, low: number): string {
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

function groupsOf(ipv6: string): number[] {
  // The URL parser writes any valid form as hexadecimal groups with at most one "::".
  const written = new URL(`http://[${ipv6}]/`).hostname.slice(1, -1);
  const [head = "", tail] = written.split("::");
  const left = hexGroups(head);
  if (tail === undefined) return left;
  const right = hexGroups(tail);
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

function hexGroups(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}

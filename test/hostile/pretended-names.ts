/** The names of the pretended Internet, and what its DNS answers: the last answer stands from then on. */

/** Addresses, or null for a name that does not exist. */
export type PretendedAnswer = readonly string[] | null;

const SITE = "93.184.215.14";
const OTHER = "2606:4700::6810:1";

/** What of the pretended Internet is public; every other address is of somebody's own network. */
export const PUBLIC_ADDRESSES: ReadonlySet<string> = new Set([SITE, OTHER]);

/** The forms in which an address of an own network comes. */
export const PRIVATE_ADDRESSES = {
  loopback: "127.0.0.1",
  "another loopback": "127.8.8.8",
  unspecified: "0.0.0.0",
  "private class A": "10.1.2.3",
  "private class B": "172.16.0.9",
  "private class C": "192.168.1.1",
  "of a carrier": "100.64.0.7",
  "link-local": "169.254.7.7",
  "cloud metadata": "169.254.169.254",
  "Azure's platform service": "168.63.129.16",
  "Alibaba's metadata": "100.100.100.200",
  "Oracle's metadata": "192.0.0.192",
  multicast: "224.0.0.251",
  broadcast: "255.255.255.255",
  "IPv6 loopback": "::1",
  "IPv6 unspecified": "::",
  "IPv6 link-local": "fe80::1",
  "IPv6 unique-local": "fd12:3456::1",
  "IPv6 site-local": "fec0::1",
  "IPv6 multicast": "ff02::1",
  "Amazon's metadata by IPv6": "fd00:ec2::254",
  "Google's metadata by IPv6": "fd20:ce::254",
  "IPv4-mapped loopback": "::ffff:127.0.0.1",
  "IPv4-mapped metadata": "::ffff:169.254.169.254",
  "IPv4-compatible": "::10.0.0.1",
  "IPv4-translated": "::ffff:0:10.0.0.1",
  "6to4 of a private address": "2002:a00:1::1",
  Teredo: "2001:0:5ef5:79fd:0:ffff:80ff:fffe",
  "NAT64 of the metadata": "64:ff9b::169.254.169.254",
  "NAT64 of an own network": "64:ff9b:1::a00:1",
} as const;

/** A host name of that form's own: "Oracle's metadata" -> "oracles-metadata.test". */
export function nameOf(form: string): string {
  return `${form
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-")}.test`;
}

/** Each name with its answers, in the order in which they are given. */
export const ANSWERS: Readonly<Record<string, readonly PretendedAnswer[]>> = {
  "site.test": [[SITE]],
  localhost: [["127.0.0.1"]],
  "a.localhost": [["127.0.0.1"]],
  "other.test": [[OTHER]],
  "robots-literal.test": [[OTHER]],
  "robots-name.test": [[OTHER]],
  // The public address is used, the others are passed over.
  "mixed.test": [["10.0.0.1", SITE, "::1"]],
  // DNS rebinding: what was public for robots.txt is at home when the page is asked for.
  "rebound.test": [[SITE], ["127.0.0.1"]],
  "rebound-metadata.test": [[SITE], ["169.254.169.254"]],
  ...Object.fromEntries(
    Object.entries(PRIVATE_ADDRESSES).map(([form, address]) => [nameOf(form), [[address]]]),
  ),
};

/** Redirects and links that lead in circles, astray, or to what is no URL. */
import type { Behaviour, Peer } from "../../helpers/hostile-server.ts";
import { fails, sends, type HostileCase } from "../case.ts";

type Location = string | ((origin: string) => string);

function redirect(location: Location, headers = ""): Behaviour {
  return (peer) => {
    const to = typeof location === "string" ? location : location(originOf(peer));
    peer.say(`HTTP/1.1 302 Found\r\nlocation: ${to}\r\n${headers}content-length: 0\r\n\r\n`);
  };
}

function originOf({ head }: Peer): string {
  return `http://${/^host: *(\S+)/im.exec(head)?.[1] ?? ""}`;
}

/** @param to where the crawl takes it to lead, without the host's own origin */
function leads(
  name: string,
  does: string,
  location: Location,
  to: string | null,
  headers = "",
): HostileCase {
  return {
    name,
    does,
    serve: redirect(location, headers),
    expected: { status: 302, error: null, redirectsTo: to },
  };
}

const HOPS = 1_000;

/** The further hops of `chain-0`. */
export const chain: ReadonlyMap<string, Behaviour> = new Map(
  Array.from({ length: HOPS }, (_, n) => [`/chain-${n}`, redirect(`/chain-${n + 1}`)]),
);

export const redirectCases: readonly HostileCase[] = [
  leads("loop-of-one", "redirects to itself", "/loop-of-one", "/loop-of-one"),
  leads("loop-of-two", "redirects to a page that redirects back", "/loop-back", "/loop-back"),
  leads("loop-back", "redirects back", "/loop-of-two", "/loop-of-two"),
  leads(
    "loop-with-cookie",
    "redirects to itself with a cookie",
    "/loop-with-cookie",
    "/loop-with-cookie",
    "set-cookie: been=here\r\n",
  ),
  leads("chain-0", "redirects 1,000 times", "/chain-1", "/chain-1"),
  leads("to-file", "redirects to a file", "file:///etc/passwd", null),
  leads("to-ftp", "redirects to FTP", "ftp://127.0.0.1/", null),
  leads("to-data", "redirects to a data URL", "data:text/html,<a href=/never>x</a>", null),
  leads("to-javascript", "redirects to a script", "javascript:location='/never'", null),
  leads("to-gopher", "redirects to gopher", "gopher://127.0.0.1:6379/_FLUSHALL", null),
  leads(
    "to-credentials",
    "redirects with credentials",
    (origin) => origin.replace("//", "//user:secret@") + "/honest/credentials",
    "/honest/credentials",
  ),
  leads("to-ssh", "redirects to the port of SSH", "http://127.0.0.1:22/", "http://127.0.0.1:22/"),
  leads(
    "to-mail",
    "redirects to the port of SMTP",
    "http://127.0.0.1:25/%0D%0AHELO",
    "http://127.0.0.1:25/%0D%0AHELO",
  ),
  leads(
    "to-redis",
    "redirects to the port of Redis",
    "http://127.0.0.1:6379/",
    "http://127.0.0.1:6379/",
  ),
  leads(
    "to-metadata",
    "redirects to a cloud's metadata",
    "http://169.254.169.254/latest/",
    "http://169.254.169.254/latest/",
  ),
  leads(
    "to-localhost",
    "redirects to a name of this machine",
    "http://localhost/",
    "http://localhost/",
  ),
  leads("to-nothing", "redirects to nothing, which is itself", "", "/to-nothing"),
  leads("to-port-99999", "redirects to a port that cannot be", "http://127.0.0.1:99999/", null),
  leads("to-words", "redirects to words", "the other page", "/the%20other%20page"),
  leads("to-bytes", "redirects to bytes that are no UTF-8", "/honest/\xff", "/honest/%C3%BF"),
  leads("to-percent", "redirects to an escape that is none", "/honest/%zz%", "/honest/%zz%"),
  leads("to-60kb", "redirects to a URL of 60 KB", `/${"x".repeat(60_000)}`, null),
  leads(
    "to-two-places",
    "redirects to two places",
    "/honest/one\r\nlocation: /honest/two",
    "/honest/one,%20/honest/two",
  ),
  leads(
    "to-decimal",
    "redirects to itself by another form of its address",
    (origin) => `${origin.replace("127.0.0.1", "2130706433")}/honest/decimal-hop`,
    "/honest/decimal-hop",
  ),
  sends(
    "to-1mb",
    "redirects to a URL of 1 MB",
    () => `HTTP/1.1 302 Found\r\nlocation: /${"x".repeat(1_000_000)}\r\n\r\n`,
    fails("invalid_response"),
  ),
  sends(
    "redirect-without-location",
    "redirects nowhere",
    "HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n",
    { status: 302, error: null, redirectsTo: null },
    "keeps",
  ),
  sends(
    "redirect-with-page",
    "redirects and streams a page",
    [`HTTP/1.1 302 Found\r\nlocation: /honest/moved\r\n\r\n`, Buffer.alloc(20_000_000, "<p>x")],
    { status: 302, error: null, redirectsTo: "/honest/moved", truncated: true },
  ),
  sends(
    "refresh-to-script",
    "refreshes to a script",
    "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nrefresh: 0;url=javascript:x\r\n\r\n<meta http-equiv=refresh content='0;url=javascript:x'>",
    { status: 200, error: null, redirectsTo: null },
  ),
];

/** A link on the seed page, and what is known of it when the run has ended. */
export interface LinkCase {
  readonly name: string;
  readonly href: (origin: string) => string;
  /** As it is stored, with `$` for the host's own origin; null: not at all. */
  readonly stored: string | null;
  /** Why it was not asked; null: it was, and answered by 200. */
  readonly excluded?: string;
}

const NEVER = { stored: null } as const;

/** Each `href` has its `name` in it, so that what is stored of it can be found. */
export const linkCases: readonly LinkCase[] = [
  { name: "url-of-100-kb", href: () => `/url-of-100-kb/${"x".repeat(100_000)}`, ...NEVER },
  {
    name: "url-of-8-kb",
    href: () => `/url-of-8-kb/${"x".repeat(8_000)}`,
    stored: `$/url-of-8-kb/${"x".repeat(8_000)}`,
    excluded: "trap_long_url",
  },
  {
    name: "percent-alone",
    href: () => "/honest/percent-alone%",
    stored: "$/honest/percent-alone%",
  },
  {
    name: "percent-no-hex",
    href: () => "/honest/percent-no-hex%zz",
    stored: "$/honest/percent-no-hex%zz",
  },
  { name: "percent-nul", href: () => "/honest/percent-nul%00", stored: "$/honest/percent-nul%00" },
  {
    name: "percent-overlong",
    href: () => "/honest/percent-overlong%c0%af",
    stored: "$/honest/percent-overlong%C0%AF",
  },
  {
    name: "percent-dots",
    href: () => "/honest/%2e%2e/honest/percent-dots",
    stored: "$/honest/percent-dots",
  },
  {
    name: "homograph",
    href: () => "http://\u0430pple.com/homograph",
    stored: "http://xn--pple-43d.com/homograph",
    excluded: "scope",
  },
  {
    name: "bad-punycode",
    href: () => "http://xn--a/bad-punycode",
    stored: "http://xn--a/bad-punycode",
    excluded: "scope",
  },
  { name: "bad-host", href: () => "http://a%00b/bad-host", ...NEVER },
  { name: "ipv6-zone", href: () => "http://[fe80::1%25lo]/ipv6-zone", ...NEVER },
  {
    name: "ipv6-mapped",
    href: () => "http://[::ffff:127.0.0.1]/ipv6-mapped",
    stored: "http://[::ffff:7f00:1]/ipv6-mapped",
    excluded: "private_address",
  },
  {
    name: "decimal-host",
    href: (o) => `${o.replace("127.0.0.1", "2130706433")}/honest/decimal-host`,
    stored: "$/honest/decimal-host",
  },
  {
    name: "octal-host",
    href: (o) => `${o.replace("127.0.0.1", "0177.0.0.01")}/honest/octal-host`,
    stored: "$/honest/octal-host",
  },
  {
    name: "hex-host",
    href: (o) => `${o.replace("127.0.0.1", "0x7f.1")}/honest/hex-host`,
    stored: "$/honest/hex-host",
  },
  {
    name: "wide-digits-host",
    href: (o) =>
      `${o.replace("127.0.0.1", "\uff11\uff12\uff17\u3002\uff10\u3002\uff10\u3002\uff11")}/honest/wide-digits-host`,
    stored: "$/honest/wide-digits-host",
  },
  { name: "large-ipv4", href: () => "http://999.1.1.1/large-ipv4", ...NEVER },
  {
    name: "secret-in-link",
    href: (o) => `${o.replace("//", "//user:secret@")}/honest/secret-in-link`,
    stored: "$/honest/secret-in-link",
  },
  {
    name: "host-as-secret",
    href: (o) => `${o}@evil.invalid/host-as-secret`,
    stored: "http://evil.invalid/host-as-secret",
    excluded: "scope",
  },
  { name: "backslashes", href: () => "\\honest\\backslashes", stored: "$/honest/backslashes" },
  {
    name: "broken-lines",
    href: () => "/hon\nest/bro\tken-li\rnes",
    stored: "$/honest/broken-lines",
  },
  {
    name: "port-0",
    href: () => "http://127.0.0.1:0/port-0",
    stored: "http://127.0.0.1:0/port-0",
    excluded: "scope",
  },
  { name: "no-port-at-all", href: () => "http://127.0.0.1:99999/no-port-at-all", ...NEVER },
  { name: "script-link", href: () => "javascript:location='/script-link'", ...NEVER },
  { name: "data-link", href: () => "data:text/html,<a href='/data-link'>", ...NEVER },
  { name: "blob-link", href: (o) => `blob:${o}/blob-link`, ...NEVER },
  { name: "view-source", href: (o) => `view-source:${o}/view-source`, ...NEVER },
  { name: "file-link", href: () => "file:///file-link", ...NEVER },
  {
    name: "surrogate-link",
    href: () => "/honest/surrogate-link&#xd800;",
    stored: "$/honest/surrogate-link%EF%BF%BD",
  },
  { name: "nul-link", href: () => "/honest/nul-link&#0;", stored: "$/honest/nul-link%EF%BF%BD" },
];

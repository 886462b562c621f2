/**
 * A site over https with one instance of every issue, and the other sites that it needs: one over plain
 * http, one whose robots.txt cannot be read, one that has nothing.
 */
import { DEEP, flawedPages, NOT_LISTED, type OtherSites } from "./flawed-pages.ts";
import { startSite, type Route, type Site } from "./site-server.ts";
import { IMAGE, sitemap, soundPage, textOf } from "./sound-page.ts";

const REDIRECTS: Readonly<Record<string, readonly [status: number, target: string]>> = {
  "/moved": [301, "/thin"],
  "/to-gone": [301, "/gone"],
  "/chain-1": [301, "/chain-2"],
  "/chain-2": [308, "/thin"],
  "/loop-1": [301, "/loop-2"],
  "/loop-2": [301, "/loop-1"],
  "/temporary": [302, "/thin"],
};

/** Sent in two parts, the second late. */
function slowRoute(path: string, of: { readonly firstMs: number; readonly restMs: number }): Route {
  const { headers = {}, body = "" } = soundPage(path);
  return (_req, res) => {
    const half = Math.floor(body.length / 2);
    setTimeout(() => {
      res.writeHead(200, { ...headers, "content-type": "text/html" });
      res.write(body.slice(0, half));
      setTimeout(() => res.end(body.slice(half)), of.restMs);
    }, of.firstMs);
  };
}

/** All sites of one test; `close` ends them. */
export interface AuditedSite extends OtherSites, Pick<Site, "origin" | "close"> {}

/** Starts the site; its rows are in test/helpers/issue-rows.ts. */
export async function startFlawedSite(): Promise<AuditedSite> {
  const plain = await startSite({
    "/": soundPage("/", {
      title: "The ropewalk museum over plain http",
      description:
        "What the ropewalk museum showed before it had a certificate, which nobody should read any more.",
      h1: "Plain",
      text: textOf("plain", 150),
      links: ["/more"],
    }),
    "/more": soundPage("/more"),
    "/script.js": { headers: { "content-type": "text/javascript" }, body: "1" },
    "/image.png": IMAGE,
  });
  const unreadable = await startSite({ "/robots.txt": { status: 500 }, "/": soundPage("/") });
  const elsewhere = await startSite({});
  const others = {
    plain: plain.origin,
    unreadable: unreadable.origin,
    elsewhere: elsewhere.origin,
  };
  const pages = flawedPages(others);
  const linked = [...Object.keys(pages), "/slow", "/late", "/unlisted"];
  const routes: Record<string, Route> = {
    "/": soundPage("/", { links: linked }),
    "/gone": { status: 404 },
    "/error": { status: 500 },
    "/reset": (_req, res) => void res.destroy(),
    "/downgrade": { status: 301, headers: { location: `${plain.origin}/` } },
    "/slow": slowRoute("/slow", { firstMs: 0, restMs: 2_100 }),
    "/late": slowRoute("/late", { firstMs: 2_100, restMs: 0 }),
    "/image.png": IMAGE,
    "/large.png": { ...IMAGE, body: Buffer.alloc(102_401) },
    "/orphan": soundPage("/orphan"),
    "/unlisted": soundPage("/unlisted"),
  };
  for (const [path, parts] of Object.entries({ ...pages, ...DEEP })) {
    routes[path] = soundPage(path, parts);
  }
  for (const [path, [status, location]] of Object.entries(REDIRECTS)) {
    routes[path] = { status, headers: { location } };
  }
  const listed = Object.keys(pages)
    .filter((path) => !NOT_LISTED.test(path))
    .concat(
      "/",
      "/slow",
      "/late",
      "/orphan",
      "/gone",
      "/moved",
      "/private/listed",
      "/noindex-meta",
    );
  routes["/sitemap.xml"] = (req, res) => {
    const { body } = sitemap(listed.map((path) => `https://${req.headers.host}${path}`));
    res.writeHead(200, { "content-type": "application/xml" }).end(body);
  };
  routes["/robots.txt"] = (req, res) => {
    const at = `https://${req.headers.host}`;
    res.end(
      `User-agent: *\nDisallow: /private/\nSitemap: ${at}/sitemap.xml\nSitemap: ${at}/no-sitemap.xml\n`,
    );
  };
  const site = await startSite(routes, { tls: true });
  return {
    origin: site.origin,
    ...others,
    async close() {
      await Promise.all([site, plain, unreadable, elsewhere].map((each) => each.close()));
    },
  };
}

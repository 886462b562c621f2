/** A site that has all that is judged by the views of issues, and nothing wrong. */
import { startSite, type FixedResponse, type Route, type Site } from "./site-server.ts";
import { alternate, IMAGE, series, sitemap, soundPage, type PageParts } from "./sound-page.ts";

/** Asked with the ETag of what it sent, the page is unchanged, and says so without any other header. */
function unlessHeld({ headers, body }: FixedResponse): Route {
  return (req, res) => {
    if (req.headers["if-none-match"] === '"1"') return void res.writeHead(304).end();
    res.writeHead(200, { "content-type": "text/html", ...headers, etag: '"1"' }).end(body);
  };
}

/** Starts a site that has all that is judged, and nothing wrong. */
export async function startCleanSite(): Promise<Site> {
  const versions =
    alternate("en", "/english") + alternate("de", "/deutsch") + alternate("x-default", "/english");
  const pages: Readonly<Record<string, PageParts>> = {
    "/": {
      links: ["/english", "/deutsch", "/list-1", "/list-2", "/images", "/bound"],
    },
    "/english": { head: versions },
    "/deutsch": { head: versions, lang: "de" },
    "/list-1": series("next", "/list-2"),
    "/list-2": series("prev", "/list-1"),
    "/images": {
      body: '<img src="/image.png" alt="A coil of rope"><img src="/image.png" alt="">',
    },
    // Only the other crawler may not index it, and only frame-ancestors says who may frame it.
    "/bound": {
      headers: { "x-robots-tag": "otherbot: noindex", "x-frame-options": undefined },
    },
  };
  const site: Site = await startSite(
    {
      ...Object.fromEntries(
        Object.entries(pages).map(([path, parts]) => [path, unlessHeld(soundPage(path, parts))]),
      ),
      "/image.png": IMAGE,
      "/robots.txt": (req, res) =>
        void res.end(
          `User-agent: *\nDisallow:\nSitemap: https://${req.headers.host}/sitemap.xml\n`,
        ),
      "/sitemap.xml": (req, res) => {
        const { body } = sitemap(
          Object.keys(pages).map((path) => `https://${req.headers.host}${path}`),
        );
        res.writeHead(200, { "content-type": "application/xml" }).end(body);
      },
    },
    { tls: true },
  );
  return site;
}

/**
 * Every way in which a public site can name a URL for the crawler to ask, each with a URL of its own
 * behind it: what the site serves for it, and where its page or file is found.
 */
import type { FixedResponse } from "../helpers/site-server.ts";

/** Given the URL it is to lead to, what the site has at which path. */
type Way = (target: string) => Readonly<Record<string, FixedResponse>>;

const page = (body: string): FixedResponse => ({ body: `<!doctype html><title>t</title>${body}` });
const redirect = (status: number, location: string): FixedResponse => ({
  status,
  headers: { location },
});
const xml = (body: string): FixedResponse => ({
  headers: { "content-type": "application/xml" },
  body: `<?xml version="1.0"?>${body}`,
});
const SITEMAPS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"';

/** `/start` is what the front page links to. */
export const WAYS: Readonly<Record<string, Way>> = {
  "a link": (to) => ({ "/start": page(`<a href="${to}">x</a>`) }),
  "a link below a base": (to) => ({
    "/start": page(`<base href="${to.slice(0, to.lastIndexOf("/") + 1)}">
      <a href="${to.slice(to.lastIndexOf("/") + 1)}">x</a>`),
  }),
  "a link without a scheme": (to) => ({ "/start": page(`<a href="${to.slice(5)}">x</a>`) }),
  "an area": (to) => ({ "/start": page(`<map><area href="${to}"></map>`) }),
  "an iframe": (to) => ({ "/start": page(`<iframe src="${to}"></iframe>`) }),
  "a canonical": (to) => ({ "/start": page(`<link rel=canonical href="${to}">`) }),
  "an alternate": (to) => ({ "/start": page(`<link rel=alternate hreflang=de href="${to}">`) }),
  "a next": (to) => ({ "/start": page(`<link rel=next href="${to}">`) }),
  "a meta refresh": (to) => ({
    "/start": page(`<meta http-equiv=refresh content="0; url=${to}">`),
  }),
  "an image": (to) => ({ "/start": page(`<img src="${to}">`) }),
  "a srcset": (to) => ({ "/start": page(`<img srcset="${to} 2x">`) }),
  "a script": (to) => ({ "/start": page(`<script src="${to}"></script>`) }),
  "a stylesheet": (to) => ({ "/start": page(`<link rel=stylesheet href="${to}">`) }),
  "a redirect 301": (to) => ({ "/start": redirect(301, to) }),
  "a redirect 302": (to) => ({ "/start": redirect(302, to) }),
  "a redirect 303": (to) => ({ "/start": redirect(303, to) }),
  "a redirect 307": (to) => ({ "/start": redirect(307, to) }),
  "a redirect 308": (to) => ({ "/start": redirect(308, to) }),
  "a redirect with credentials": (to) => ({
    "/start": redirect(302, to.replace("//", "//name:password@")),
  }),
  "a second redirect": (to) => ({
    "/start": redirect(302, "hop"),
    "/hop": redirect(302, to),
  }),
  "a redirect of an image": (to) => ({
    "/start": page(`<img src="asset">`),
    "/asset": redirect(302, to),
  }),
  "a redirect of a link that is only checked": (to) => ({
    "/start": page(`<script src="http://other.test/PREFIX/checked"></script>`),
    "/checked": redirect(302, to),
  }),
  "a sitemap's entry": (to) => ({
    "/sitemap.xml": xml(`<urlset ${SITEMAPS}><url><loc>${to}</loc></url></urlset>`),
  }),
  "a sitemap index's entry": (to) => ({
    "/sitemap.xml": xml(
      `<sitemapindex ${SITEMAPS}><sitemap><loc>${to}</loc></sitemap></sitemapindex>`,
    ),
  }),
  "a redirect of a sitemap": (to) => ({ "/sitemap.xml": redirect(302, to) }),
};

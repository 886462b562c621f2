/** Pages that no audit has anything to say about, each with a text of its own, to plant a flaw in. */
import { gzipSync } from "node:zlib";
import type { FixedResponse } from "./site-server.ts";

/** What differs from a sound page. `null` leaves a part out. */
export interface PageParts {
  readonly title?: string | null;
  readonly description?: string | null;
  readonly h1?: string | null;
  readonly lang?: string | null;
  /** A path or URL; the page itself by default. */
  readonly canonical?: string | null;
  readonly head?: string;
  readonly body?: string;
  /** The readable text. */
  readonly text?: string;
  /** Links to other pages; to the home page by default. */
  readonly links?: readonly string[];
  /** Besides those of {@link SECURE}; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** False sends it as it is. */
  readonly gzip?: boolean;
}

const SECURE = {
  "strict-transport-security": "max-age=31536000",
  "content-security-policy": "default-src 'self'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
};

/** Words that no two pages share in order: Lehmer's generator, seeded by the name. */
export function textOf(name: string, words: number): string {
  let random = Array.from(name).reduce(
    (sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 2_147_483_647,
    7_919,
  );
  return Array.from({ length: words }, () => {
    random = (random * 48_271) % 2_147_483_647;
    return `w${(random % 5_000).toString(26).replaceAll(/[0-9]/g, "x")}`;
  }).join(" ");
}

function tag(value: string | null, write: (value: string) => string): string {
  return value === null ? "" : write(value);
}

export function soundPage(path: string, parts: PageParts = {}): FixedResponse {
  const name = path === "/" ? "home" : path.slice(1, 20);
  const {
    title = `The page ${name} of our ropewalk museum`,
    description = `All that there is to be said of ${name} in the ropewalk museum, told in one sentence that is long enough.`,
    h1 = `About ${name}`,
    lang = "en",
    canonical = path,
    head = "",
    body = "",
    text = textOf(path, 150),
    links = ["/"],
    headers = {},
    gzip = true,
  } = parts;
  const html = `<!doctype html><html${tag(lang, (value) => ` lang="${value}"`)}><head>
${tag(title, (value) => `<title>${value}</title>`)}
${tag(description, (value) => `<meta name="description" content="${value}">`)}
${tag(canonical, (value) => `<link rel="canonical" href="${value}">`)}
${head}</head><body>${tag(h1, (value) => `<h1>${value}</h1>`)}<p>${text}</p>
${links.map((link) => `<a href="${link}">${anchorOf(link)}</a>`).join(" ")}${body}</body></html>`;
  return {
    headers: Object.fromEntries(
      Object.entries({
        ...SECURE,
        ...(gzip ? { "content-encoding": "gzip" } : {}),
        ...headers,
      }).filter(([, value]) => value !== undefined),
    ),
    body: gzip ? gzipSync(html) : html,
  };
}

function anchorOf(link: string): string {
  return link.replace(/^https?:\/\/[^/]*/, "").slice(1) || "home";
}

/** A link to another version in another language. */
export function alternate(language: string, href: string): string {
  return `<link rel="alternate" hreflang="${language}" href="${href}">`;
}

export function sitemap(urls: readonly string[]): FixedResponse {
  const entries = urls.map((url) => `<url><loc>${url.replaceAll("&", "&amp;")}</loc></url>`);
  return {
    headers: { "content-type": "application/xml" },
    body: `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${entries.join("")}</urlset>`,
  };
}

export const IMAGE: FixedResponse = {
  headers: { "content-type": "image/png" },
  body: Buffer.alloc(200),
};

/** A neighbour in a series: named in the head, and linked. */
export function series(kind: "next" | "prev", path: string): PageParts {
  return { head: `<link rel="${kind}" href="${path}">`, links: ["/", path] };
}

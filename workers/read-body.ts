/** A response's body by what was asked for: a page's facts and links, a robots.txt, a sitemap. */
import type { FetchErrorCode } from "../src/errors.ts";
import type { FetchRequest, Outcome } from "../src/messages.ts";
import { decodeBody, isHtml, PageTree, parseSitemap, scanPage } from "../src/parsing/index.ts";
import type { Response } from "../src/session/index.ts";
import { headerFields, numberedAfter, pageFields } from "./page-fields.ts";
import type { ThreadSession } from "./thread-session.ts";

/** What of its thread decides how a body is read. */
type Reader = Pick<ThreadSession, "config" | "canonicalize">;

export interface BodyFacts extends Pick<
  Outcome,
  "page" | "text" | "wordSample" | "links" | "fields" | "robotsBody" | "sitemap"
> {
  /** What the attempt's row has to say of the body; null when nothing. */
  readonly problem: { error?: FetchErrorCode; detail?: string; truncated?: boolean } | null;
  /** The page for those who look into it again; null when it is no page of HTML. */
  readonly tree: PageTree | null;
  /** A reference of the response, such as its Location, as a canonical URL. */
  resolve(reference: string): string | null;
}

export function readBody(
  request: FetchRequest,
  response: Response,
  bytes: Uint8Array,
  thread: Reader,
): BodyFacts {
  const nothing: BodyFacts = {
    page: null,
    wordSample: [],
    links: [],
    fields: [],
    robotsBody: null,
    sitemap: null,
    problem: null,
    tree: null,
    resolve: (reference) => thread.canonicalize(reference, request.url),
  };
  if (response.status < 200 || response.status > 299) return nothing;
  switch (request.kind) {
    case "robots":
      return { ...nothing, robotsBody: bytes };
    case "sitemap": {
      const { urls, sitemaps, error } = parseSitemap(bytes, request.url, thread.canonicalize);
      const problem = error === null ? null : { error: "parse_failed" as const, detail: error };
      return { ...nothing, sitemap: { urls, sitemaps }, problem };
    }
    case "asset":
      // That the rest of an asset was not read is how it is asked for, not a defect of it.
      return { ...nothing, problem: { truncated: false } };
    case "page":
      return readPage(
        request.url,
        response,
        bytes,
        {
          ...nothing,
          fields: headerFields(response, thread.config.extractHeader),
        },
        thread,
      );
  }
}

/** @param bare what is known of the response without its body */
function readPage(
  url: string,
  response: Response,
  bytes: Uint8Array,
  bare: BodyFacts,
  { config, canonicalize }: Reader,
): BodyFacts {
  const contentType = response.headers.get("content-type");
  if (!isHtml(contentType, bytes)) return bare;
  try {
    const body = decodeBody(bytes, contentType);
    const keepText = { keepText: config.text };
    const scan = scanPage(body.utf8, url, body.charset, canonicalize, keepText);
    const { facts, links, linksTruncated, wordSample } = scan;
    const tree = new PageTree(body, url, canonicalize);
    const { fields: found, problem: detail } = pageFields(tree, config);
    const fields = [...bare.fields, ...numberedAfter(bare.fields, found)];
    const problem =
      linksTruncated || detail !== null
        ? { ...(linksTruncated && { truncated: true }), ...(detail !== null && { detail }) }
        : null;
    const kept = scan.text === undefined ? null : { text: scan.text };
    return { ...bare, page: facts, ...kept, wordSample, links, fields, problem, tree };
  } catch (error) {
    // No page may stop a run: what the scanner cannot take becomes a row that says so.
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { ...bare, problem: { error: "parse_failed", detail } };
  }
}

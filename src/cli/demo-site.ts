/**
 * The web server of the bundled demo site: a static folder, plus `site.json` for what files alone
 * cannot say (redirects, statuses, delays, headers).
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { extname } from "node:path";
import { UsageError } from "../errors.ts";
import { findDemoSite, readDemoSite, type PathRule, type SourceFile } from "./demo-site-files.ts";

/** A file as it is sent: origin filled in, validators computed. */
interface Resource {
  readonly body: Buffer;
  readonly contentType: string;
  readonly etag: string;
  /** As of the file, cut to whole seconds, which is all an HTTP date can say. */
  readonly modifiedAt: number;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".xml": "application/xml",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
};

/** Only in these is `{{origin}}` replaced. */
const TEMPLATE_EXTENSIONS: ReadonlySet<string> = new Set([".html", ".txt", ".xml"]);

/**
 * Serves the demo site on 127.0.0.1 with keep-alive, ETag and Last-Modified. `{{origin}}` in pages,
 * robots.txt and sitemap.xml becomes the server's own origin.
 *
 * @param options.port 0, the default, takes any free port
 * @param options.siteFolder another folder with a `site.json`; the bundled one by default
 * @throws UsageError `demo_port` when the port cannot be had, `demo_site` when the folder is no site
 * @throws WebspoolError `demo_site_missing` when the installation lacks the bundled site
 */
export async function serveDemoSite(
  options: { readonly port?: number; readonly siteFolder?: string } = {},
): Promise<{ readonly origin: string; close(): Promise<void> }> {
  const { port = 0, siteFolder = findDemoSite() } = options;
  const { notFound, paths, files } = await readDemoSite(siteFolder);
  const delays = new Set<NodeJS.Timeout>();
  // Every file is in memory before the first request, and a request can only name a key of this
  // map: no path, however written, leads outside the folder.
  const resources = new Map<string, Resource>();

  const respond = (req: IncomingMessage, res: ServerResponse): void => {
    if (req.method !== "GET" && req.method !== "HEAD") {
      res.writeHead(405, { allow: "GET, HEAD", "content-length": 0 }).end();
      return;
    }
    const path = pathOf(req.url ?? "");
    if (path === null) {
      res.writeHead(400, { "content-length": 0 }).end();
      return;
    }
    const rule = Object.hasOwn(paths, path) ? paths[path] : undefined;
    const answer = (): void => {
      const resource = resources.get(rule?.file ?? path) ?? resources.get(`${path}index.html`);
      if (rule?.location !== undefined) redirect(res, rule.status ?? 302, rule.location);
      else if (resource !== undefined) sendResource(req, res, resource, rule);
      else if (resources.has(`${path}/index.html`)) redirect(res, 301, `${path}/`);
      else sendResource(req, res, resources.get(notFound), { status: 404 });
    };
    if (rule?.delayMs === undefined) {
      answer();
      return;
    }
    const delay = setTimeout(() => {
      delays.delete(delay);
      answer();
    }, rule.delayMs);
    delays.add(delay);
  };

  const server = createServer(respond);
  // Longer than a polite crawler's pause between two requests, robots.txt delays included.
  server.keepAliveTimeout = 30_000;
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  } catch (cause) {
    throw new UsageError(
      "demo_port",
      `The demo site cannot listen on port ${port} of 127.0.0.1 (${messageOf(cause)}): name a free port, or 0 for any.`,
      { cause },
    );
  }
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening on TCP");
  const origin = `http://127.0.0.1:${address.port}`;
  // Nothing is awaited between listening and here, so no request can come before its resource.
  for (const [path, file] of files) resources.set(path, toResource(path, file, origin));

  return {
    origin,
    async close() {
      for (const delay of delays) clearTimeout(delay);
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function toResource(path: string, { content, mtimeMs }: SourceFile, origin: string): Resource {
  const extension = extname(path);
  // latin1 maps every byte to one character and back: pages in other encodings stay as they are.
  const body = TEMPLATE_EXTENSIONS.has(extension)
    ? Buffer.from(content.toString("latin1").replaceAll("{{origin}}", origin), "latin1")
    : content;
  return {
    body,
    contentType: CONTENT_TYPES[extension] ?? "application/octet-stream",
    etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 16)}"`,
    modifiedAt: Math.floor(mtimeMs / 1000) * 1000,
  };
}

/** The decoded path of a request target; null where it is not one. */
function pathOf(target: string): string | null {
  if (!target.startsWith("/")) return null;
  try {
    return decodeURIComponent(target.split("?", 1)[0] ?? "");
  } catch {
    return null;
  }
}

function redirect(res: ServerResponse, status: number, location: string): void {
  res.writeHead(status, { location: encodeURI(location), "content-length": 0 }).end();
}

function sendResource(
  req: IncomingMessage,
  res: ServerResponse,
  resource: Resource | undefined,
  rule: PathRule = {},
): void {
  const { status = 200, headers = {} } = rule;
  res.statusCode = status;
  if (resource !== undefined) {
    res.setHeader("content-type", resource.contentType);
    if (status === 200) {
      res.setHeader("etag", resource.etag);
      res.setHeader("last-modified", new Date(resource.modifiedAt).toUTCString());
      res.setHeader("cache-control", "no-cache");
    }
  }
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  if (status === 200 && resource !== undefined && isUnchanged(req, resource)) {
    res.statusCode = 304;
    res.removeHeader("content-type");
    res.end();
    return;
  }
  // Node adds the length by itself, but not to the answer to a HEAD.
  const body = resource?.body ?? Buffer.alloc(0);
  res.setHeader("content-length", body.byteLength);
  res.end(body);
}

/** Evaluates a conditional GET; If-None-Match, when there, decides alone (RFC 9110, 13.2.2). */
function isUnchanged(req: IncomingMessage, resource: Resource): boolean {
  const noneMatch = req.headers["if-none-match"];
  if (noneMatch !== undefined) {
    const tags = new Set(noneMatch.split(",").map((tag) => tag.trim().replace(/^W\//, "")));
    return tags.has("*") || tags.has(resource.etag);
  }
  const modifiedSince = Date.parse(req.headers["if-modified-since"] ?? "");
  return modifiedSince >= resource.modifiedAt;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

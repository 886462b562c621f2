/**
 * A site that changes by plan between runs: what a run has to find changed is known beforehand. Half of
 * its pages know their validators; the others carry a token and a clock, which are no change.
 */
import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

export interface PlannedPage {
  readonly title: string;
  readonly text: string;
  readonly links: readonly string[];
  readonly status?: number;
}

/** What `v_run_diff` calls a change. */
export type PlannedChange = "added" | "gone" | "status_changed" | "changed";

/** Words of its own for each page, so that no two say the same. */
function textOf(name: string, version: number): string {
  const words = Array.from({ length: 60 }, (_, n) =>
    createHash("md5")
      .update(`${name} ${version} ${n}`)
      .digest("hex")
      .replaceAll(/\d/g, "")
      .slice(0, 7),
  );
  return words.join(" ");
}

export class ChangingSite {
  readonly pages = new Map<string, PlannedPage>();
  /** Bytes of bodies sent since this was last set to 0. */
  bodyBytes = 0;
  readonly #versions = new Map<string, number>();

  /** A home page that leads to `count` pages, five of which each lead to one more. */
  constructor(count: number) {
    for (let n = 1; n <= count; n += 1) {
      this.#put(`/p${n}`, n <= 5 ? ["/", `/sub${n}`] : ["/"]);
      if (n <= 5) this.#put(`/sub${n}`, ["/"]);
    }
    this.#put(
      "/",
      Array.from({ length: count }, (_, n) => `/p${n + 1}`),
    );
  }

  /** Adds a page that the home page leads to. */
  add(path: string): void {
    this.#put(path, ["/"]);
    this.#link(path, true);
  }

  /** The page says something else. */
  change(path: string): void {
    const page = this.#page(path);
    this.#put(path, page.links, page.title);
  }

  retitle(path: string, title: string): void {
    this.pages.set(path, { ...this.#page(path), title });
  }

  /** The page answers with another status. */
  answer(path: string, status: number): void {
    this.pages.set(path, { ...this.#page(path), status });
  }

  /** The page is there, and nothing leads to it any more. */
  unlink(path: string): void {
    this.#link(path, false);
  }

  readonly handler = (req: IncomingMessage, res: ServerResponse): void => {
    const path = req.url ?? "";
    const page = this.pages.get(path);
    res.setHeader("content-type", "text/html; charset=utf-8");
    if (page === undefined) {
      res.statusCode = 404;
      res.end("<title>Not here</title>");
      return;
    }
    const { title, text, links, status = 200 } = page;
    const conditional = path.length % 2 === 0 || path === "/";
    const list = links.map((href) => `<a href="${href}">to ${href}</a>`).join("\n");
    const noise = conditional
      ? ""
      : `<p>token ${randomBytes(16).toString("hex")} at ${new Date().toISOString().slice(11, 19)}</p>`;
    const body = `<!doctype html><title>${title}</title><p>${text}</p>${noise}${list}`;
    const etag = `"${createHash("sha1").update(body).digest("hex")}"`;
    res.statusCode = status;
    if (conditional && status === 200) {
      res.setHeader("etag", etag);
      if (req.headers["if-none-match"] === etag) {
        res.statusCode = 304;
        res.end();
        return;
      }
    }
    this.bodyBytes += Buffer.byteLength(body);
    res.end(body);
  };

  #put(path: string, links: readonly string[], title = `Page ${path}`): void {
    const version = (this.#versions.get(path) ?? 0) + 1;
    this.#versions.set(path, version);
    this.pages.set(path, { title, text: textOf(path, version), links });
  }

  #link(path: string, there: boolean): void {
    const home = this.#page("/");
    const others = home.links.filter((link) => link !== path);
    this.pages.set("/", { ...home, links: there ? [...others, path] : others });
  }

  #page(path: string): PlannedPage {
    const page = this.pages.get(path);
    if (page === undefined) throw new Error(`the site has no page ${path}`);
    return page;
  }
}

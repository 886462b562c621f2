/** The form of a row for the files that lead to a host's pages: robots.txt and sitemaps. */
import { HostileServer, okPage, type Behaviour } from "../helpers/hostile-server.ts";
import type { Expected } from "./case.ts";

/** How a URL ended: its state and why, as in `frontier`; null when nothing is known of it. */
export type Fate = readonly [state: "done" | "excluded" | "failed", reason?: string] | null;

/** A host of its own, with honest pages behind the file. */
export interface FileCase {
  readonly name: string;
  /** What its server does. */
  readonly does: string;
  /** By path; `/` and `/honest/...` are there, what else is missing is a 404. */
  readonly routes: (server: Origins) => Readonly<Record<string, Behaviour>>;
  /** Which of the paths is the file that `expected` is about. */
  readonly file: "/robots.txt" | "/sitemap.xml";
  /** Its settled row. */
  readonly expected: Expected;
  /** URLs, or paths of the host. What `/` links to is `done` where nothing is said. */
  readonly fates?: Readonly<Record<string, Fate>>;
  /** Links that the front page has beside the honest ones. */
  readonly links?: readonly string[];
}

export interface Origins {
  readonly own: string;
  /** A server of this machine's that nothing may lead to. */
  readonly forbidden: string;
}

/** What `/` of every host links to. */
export const HONEST = ["/honest/1", "/honest/2"] as const;
export const PRIVATE = "/private/x";
export const DONE: Fate = ["done"];

/** All of a case's fates. */
export function fatesOf({ fates = {} }: FileCase): Readonly<Record<string, Fate>> {
  const usual = Object.fromEntries(["/", ...HONEST, PRIVATE].map((path) => [path, DONE] as const));
  return { ...usual, ...fates };
}

/** Starts a case's server, whose own origin its answers may name. */
export async function startFileCase(
  { routes, links = [] }: FileCase,
  forbidden: string,
): Promise<HostileServer> {
  const served = new Map<string, Behaviour>();
  const server = await HostileServer.start({ routes: served });
  const page = [...HONEST, PRIVATE, ...links].map((href) => `<a href="${href}">x</a>`).join("\n");
  served.set("/", (peer) => void peer.say(okPage(page)));
  served.set(PRIVATE, (peer) => void peer.say(okPage("private")));
  const own = routes({ own: server.origin, forbidden });
  for (const [path, behaviour] of Object.entries(own)) served.set(path, behaviour);
  return server;
}

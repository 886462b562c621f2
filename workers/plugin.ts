/** The user's plugin in its thread: loaded once, asked for each page, and never trusted with the outcome. */
import { pathToFileURL } from "node:url";
import { lateModule } from "../src/late-module.ts";
import type { DiscoveredLink } from "../src/messages.ts";
import type { WorkerConfig } from "../src/thread-config.ts";
import { MAX_LINKS, type PageTree } from "../src/parsing/index.ts";
import type { Plugin, PluginResponse } from "../src/plugin.ts";
import type { Response } from "../src/session/index.ts";
import { TookTooLongError, withinTime } from "../src/within-time.ts";
import type { BodyFacts } from "./read-body.ts";
import { numberedAfter } from "./page-fields.ts";
import type * as PluginAnswers from "./plugin-answer.ts";

const loadAnswers = lateModule("workers/plugin-answer") as () => typeof PluginAnswers;

export type Hook = Plugin["onPage"];

let loading: Promise<Hook> | null = null;

/** Detail of a fetch is for a line, not for a book. */
const MAX_MESSAGE_CHARS = 500;

/**
 * The hook of a plugin's module, by name or of its default export.
 * @throws Error with a sentence's end: what the module lacks, or why it cannot be loaded
 */
export async function loadPlugin(file: string): Promise<Hook> {
  const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  for (const exported of [module, module["default"]]) {
    if (typeof exported !== "object" || exported === null) continue;
    const { onPage } = exported as Partial<Plugin>;
    // As a method: the object may be an instance of a class.
    if (typeof onPage === "function") return (page) => (exported as Plugin).onPage(page);
  }
  throw new Error("it exports no function onPage, by this name or in its default export");
}

/** What is read of the page, with what the plugin adds to it. */
export async function withPlugin(
  facts: BodyFacts,
  response: Response,
  config: WorkerConfig,
): Promise<BodyFacts> {
  const { page, tree } = facts;
  if (config.plugin === null || page === null || tree === null) return facts;
  try {
    loading ??= loadPlugin(config.plugin.file);
    const hook = await loading;
    const context = {
      url: tree.url,
      get $() {
        return tree.$;
      },
      response: pluginResponse(response, tree),
      facts: Object.freeze({ ...page }),
    };
    const answer = await answerOf(() => hook(context), config.pluginTimeoutMs);
    const { pluginAnswer } = loadAnswers();
    const { fields, links, leftOut } = pluginAnswer(answer, (reference) => tree.resolve(reference));
    const added = links.length === 0 ? [] : newOf(facts.links, links);
    const room = MAX_LINKS - facts.links.length;
    return {
      ...facts,
      fields: [...facts.fields, ...numberedAfter(facts.fields, fields)],
      links: added.length === 0 ? facts.links : [...facts.links, ...added.slice(0, room)],
      problem: withDetail(
        added.length > room ? { ...facts.problem, truncated: true } : facts.problem,
        leftOut === null ? null : `of the plugin's fields ${leftOut}`,
      ),
    };
  } catch (error) {
    return {
      ...facts,
      problem: withDetail(facts.problem, `the plugin failed: ${messageOf(error)}`),
    };
  }
}

/** What is told already comes first. */
function withDetail(problem: BodyFacts["problem"], told: string | null): BodyFacts["problem"] {
  if (told === null) return problem;
  const before = problem?.detail;
  return { ...problem, detail: before === undefined ? told : `${before}; ${told}` };
}

/** Bounds a loop before the first await, and the time until the promise is settled. */
async function answerOf(call: () => unknown, ms: number): Promise<unknown> {
  const startedAt = performance.now();
  const answer = withinTime(ms, call);
  const late = Promise.withResolvers<never>();
  const left = Math.max(1, ms - (performance.now() - startedAt));
  const timer = setTimeout(() => late.reject(new TookTooLongError(`ended after ${ms} ms`)), left);
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function pluginResponse(response: Response, { text }: PageTree): PluginResponse {
  const { headers, status } = response;
  return Object.freeze({
    status,
    contentType: headers.get("content-type"),
    headers: Object.freeze({
      get: (name: string) => headers.get(name),
      get entries() {
        return response.rawHeaders;
      },
    }),
    body: text,
  });
}

/** A link that stands in the page too is that one. */
function newOf(
  before: readonly DiscoveredLink[],
  links: readonly DiscoveredLink[],
): DiscoveredLink[] {
  const known = new Set(before.map(keyOf));
  return links.filter((link) => {
    const key = keyOf(link);
    return !known.has(key) && known.add(key);
  });
}

function keyOf({ url, kind, rel, anchor, hreflang }: DiscoveredLink): string {
  return JSON.stringify([url, kind, rel, anchor, hreflang]);
}

/** What was thrown, as a line; of an Error that is no other kind the message alone. */
export function messageOf(error: unknown): string {
  if (error instanceof TookTooLongError) return `onPage took too long, ${error.message}`;
  let message: string;
  try {
    const name = error instanceof Error && error.name !== "Error" ? `${error.name}: ` : "";
    message = error instanceof Error ? `${name}${error.message}` : String(error);
  } catch {
    // What was thrown cannot be written: an object without a prototype, a getter that throws.
    message = "it threw something that is no error";
  }
  return message.slice(0, MAX_MESSAGE_CHARS);
}

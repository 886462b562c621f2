/**
 * What a module of --plugin exports, and what it is given: the types for those who write one.
 *
 * ```ts
 * import type { Plugin } from "webspool";
 *
 * export const onPage: Plugin["onPage"] = ({ $ }) => ({ fields: { price: $(".price").text() } });
 * ```
 */
import type { LinkKind, PageFacts } from "./messages.ts";
import type { CheerioAPI } from "./parsing/index.ts";

/** The exports of a plugin's module: by name, or as its default export. */
export interface Plugin {
  /**
   * Called in a worker thread for each page of HTML that came with a status of 2xx, after its facts
   * and links were read. Several pages may be in it at the same time. What it throws, rejects with or
   * returns wrongly, and a call that takes longer than --plugin-timeout, is told in the `detail` of the
   * page's fetch; the page's facts, links and other fields count all the same.
   */
  onPage(page: PageContext): PluginResult | void | null | Promise<PluginResult | void | null>;
}

export interface PageContext {
  /** Canonical. */
  readonly url: string;
  /** The page as cheerio; made when it is first asked for. */
  readonly $: CheerioAPI;
  readonly response: PluginResponse;
  /** What is stored of the page. */
  readonly facts: Readonly<PageFacts>;
}

export interface PluginResponse {
  readonly status: number;
  /** The Content-Type header. */
  readonly contentType: string | null;
  readonly headers: PluginHeaders;
  /** The body as text, decoded, cut off at --max-body. */
  readonly body: string;
}

export interface PluginHeaders {
  /** The value, several joined by ", "; the name in any case. */
  get(name: string): string | null;
  /** In the order and the case in which they came. */
  readonly entries: readonly (readonly [name: string, value: string])[];
}

export interface PluginResult {
  /** Values by name; null and undefined are none. Objects, and lists in a list, are kept as JSON. */
  readonly fields?: Readonly<Record<string, PluginValue | readonly PluginValue[]>>;
  /** Further URLs, relative to the page; they are treated as links of the page are. */
  readonly links?: readonly (string | PluginLink)[];
}

export type PluginValue = string | number | boolean | Date | object | null | undefined;

export interface PluginLink {
  readonly url: string;
  /** By default `a`, which is followed where the scope and the other rules allow it; `other` is not. */
  readonly kind?: LinkKind;
  readonly rel?: string | null;
  readonly anchor?: string | null;
}

/** What a worker thread is told once, when it starts: types that cross threads, as those of messages.ts. */
import type { FieldType } from "./messages.ts";
import type { WarcSettings } from "./warc/index.ts";

/** The options of a session's pools, as of `webspool crawl`. */
export interface PoolSettings {
  readonly poolConnections: number;
  readonly poolMaxsize: number;
  readonly poolBlock: boolean;
  readonly limit: number;
  readonly limitPerHost: number;
  readonly keepaliveTimeoutMs: number;
  readonly forceClose: boolean;
}

/** Pool options; `prefix` null is the default for every URL without a mount of its own. */
export interface PoolConfig extends PoolSettings {
  readonly prefix: string | null;
}

/** What a worker thread is told once, when it starts. */
export interface WorkerConfig {
  readonly userAgent: string;
  /** The user's own headers by origin: those of the seeds, and no other. */
  readonly headers: Readonly<Record<string, readonly (readonly [string, string])[]>>;
  /** Whether any host may be at a private, loopback or link-local address. */
  readonly allowPrivate: boolean;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
  readonly maxBodyBytes: number;
  readonly insecure: boolean;
  readonly dnsTtlMs: number;
  readonly pools: readonly PoolConfig[];
  readonly extract: readonly ExtractRule[];
  readonly structured: readonly StructuredKind[];
  /** Names of response headers to keep as fields, in lower case. */
  readonly extractHeader: readonly string[];
  readonly plugin: PluginModule | null;
  /** How long the plugin's hook may take for a page. */
  readonly pluginTimeoutMs: number;
  /** Texts of links that a thread remembers having told. */
  readonly linkTexts: number;
  /** Whether outcomes bring the text, and the body, of pages. */
  readonly text: boolean;
  readonly storeBodies: boolean;
  /** Where what goes over the wire is archived; null: nowhere. */
  readonly warc: WarcSettings | null;
  /** How URLs are made canonical beyond the safe default; see `createCanonicalizer`. */
  readonly sortQuery: boolean;
  readonly dropQuery: readonly string[];
}

/** A user's extraction rule: a CSS selector, and what to take of the elements it finds. */
export interface ExtractRule {
  readonly name: string;
  readonly selector: string;
  /** Its value instead of the text. */
  readonly attribute: string | null;
  /** Without an attribute: the text (default), the markup inside the element, or with its own tags. */
  readonly take?: "text" | "html" | "outer";
  /** A regular expression, flag u: its first group, or all of it, in place of the whole. */
  readonly regex?: string;
  /** Every value (default), the first one, or how many there are. */
  readonly values?: "all" | "first" | "count";
  /** By default a string; of href and src a URL where it is one. */
  readonly type?: FieldType;
  /** The decimal sign of numbers; by default each number tells. */
  readonly decimal?: "." | ",";
  /** Regular expressions, flag u, unanchored: the rule is for pages whose URL matches one of them... */
  readonly match?: readonly string[];
  /** ...and none of these. */
  readonly exclude?: readonly string[];
  /** The value where a page that the rule is for has none. */
  readonly default?: string;
}

/** The module of --plugin. */
export interface PluginModule {
  /** Absolute. */
  readonly file: string;
  /** SHA-256 of what it was when the run began, 64 hex digits: another one reads pages in another way. */
  readonly sha256: string;
}

/** Data that pages hold for machines. */
export type StructuredKind = "jsonld" | "opengraph" | "microdata";

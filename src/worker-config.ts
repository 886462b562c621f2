/** What the threads are told of the crawl's settings. */
import type { CrawlSettings } from "./crawl-settings.ts";
import type { PoolConfig, WorkerConfig } from "./thread-config.ts";
import { createCanonicalizer, credentialsOf, originOf } from "./url/index.ts";
import type { WarcSettings } from "./warc/index.ts";

/** Texts of links that all threads together remember; about 100 bytes each, on both sides. */
const LINK_TEXTS = 65_536;
const MOST_PER_THREAD = 16_384;

export function workerConfig(
  settings: CrawlSettings,
  warc: WarcSettings | null = null,
): WorkerConfig {
  const { poolConnections, poolMaxsize, poolBlock, limit, limitPerHost } = settings;
  const { keepaliveTimeoutMs, forceClose } = settings;
  const common = {
    poolConnections,
    poolMaxsize,
    poolBlock,
    limit,
    limitPerHost,
    keepaliveTimeoutMs,
    forceClose,
  };
  const pools: PoolConfig[] = [
    { prefix: null, ...common },
    ...settings.mounts.map((mount) => ({ ...common, ...mount })),
  ];
  return {
    userAgent: settings.userAgent,
    headers: headersByOrigin(settings),
    allowPrivate: settings.allowPrivate,
    timeoutMs: settings.timeoutMs,
    connectTimeoutMs: settings.connectTimeoutMs,
    readTimeoutMs: settings.readTimeoutMs,
    maxBodyBytes: settings.maxBodyBytes,
    insecure: settings.insecure,
    dnsTtlMs: settings.dnsTtlMs,
    pools,
    extract: settings.extract,
    structured: settings.structured,
    extractHeader: settings.extractHeader,
    plugin: settings.plugin,
    pluginTimeoutMs: settings.pluginTimeoutMs,
    linkTexts: Math.min(MOST_PER_THREAD, Math.ceil(LINK_TEXTS / settings.threads)),
    text: settings.text,
    storeBodies: settings.storeBodies,
    warc,
    sortQuery: settings.sortQuery,
    dropQuery: settings.dropQuery,
  };
}

/** The user's headers, and the credentials that stand in a seed, each for the seeds' origins only. */
function headersByOrigin(settings: CrawlSettings): WorkerConfig["headers"] {
  const byOrigin: Record<string, (readonly [string, string])[]> = {};
  const canonicalUrl = createCanonicalizer(settings);
  for (const seed of settings.seeds) {
    const url = canonicalUrl(seed);
    if (url === null) continue;
    const headers = [...settings.headers];
    const credentials = credentialsOf(seed);
    if (credentials !== null && !headers.some(([name]) => name.toLowerCase() === "authorization")) {
      const { username, password } = credentials;
      const token = Buffer.from(`${username}:${password}`).toString("base64");
      headers.push(["authorization", `Basic ${token}`]);
    }
    // Another seed of that origin, without credentials of its own, must not take them away.
    if (credentials !== null || byOrigin[originOf(url)] === undefined) {
      byOrigin[originOf(url)] = headers;
    }
  }
  return byOrigin;
}

/** What the threads are told of the crawl's settings. */
import type { CrawlSettings } from "./crawl-settings.ts";
import type { PoolConfig, WorkerConfig } from "./messages.ts";

export function workerConfig(settings: CrawlSettings): WorkerConfig {
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
    headers: settings.headers,
    timeoutMs: settings.timeoutMs,
    connectTimeoutMs: settings.connectTimeoutMs,
    readTimeoutMs: settings.readTimeoutMs,
    maxBodyBytes: settings.maxBodyBytes,
    insecure: settings.insecure,
    dnsTtlMs: settings.dnsTtlMs,
    pools,
    extract: settings.extract,
  };
}

/** The threads of a crawl: told of its settings, and begun before anything else where that can be. */
import type { CrawlInput } from "./crawl-parts.ts";
import type { WarcSettings } from "./warc/index.ts";
import { workerConfig } from "./worker-config.ts";
import type { WorkerPoolEvents } from "./worker-events.ts";
import { WorkerPool } from "./worker-pool.ts";

/** @param warc the archive that they write; null without one */
export function crawlThreads(
  { settings, threadOptions }: CrawlInput,
  events: WorkerPoolEvents,
  warc: WarcSettings | null,
): WorkerPool {
  const { threads, perHost, affinity } = settings;
  const config = workerConfig(settings, warc);
  return new WorkerPool({ threads, perHost, affinity, config, events, options: threadOptions });
}

/**
 * The threads of a crawl that keeps no archive, of which those that its seeds' hosts will ask are started. They
 * load their modules while this thread loads the crawl's and opens the database, which takes as long. Null
 * where there is an archive: its files' names have the run's number, which the database gives.
 */
export function threadsAhead(input: CrawlInput, events: WorkerPoolEvents): WorkerPool | null {
  const { seeds, warc } = input.settings;
  if (warc !== null) return null;
  const pool = crawlThreads(input, events, null);
  pool.startAhead(new Set(seeds.map((seed) => URL.parse(seed)?.host)).size);
  return pool;
}

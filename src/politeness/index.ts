/** Good manners as pure functions of their arguments and `now`: no timers, no I/O, no state. */
export {
  effectiveDelayMs,
  MAX_CRAWL_DELAY_HONOURED_MS,
  MAX_SLOWED_DELAY_MS,
  recoveredDelayMs,
  slowedDelayMs,
} from "./host-delay.ts";
export { parseHttpDate } from "./http-date.ts";
export { metaRobots, type MetaRobots } from "./meta-robots.ts";
export { productToken } from "./product-token.ts";
export { backoffMs, MAX_RETRY_AFTER_MS, parseRetryAfter, retryDelayMs } from "./retry-delay.ts";
export {
  MAX_ROBOTS_AGE_MS,
  MAX_ROBOTS_REDIRECTS,
  MAX_STALE_ROBOTS_AGE_MS,
  MIN_ROBOTS_AGE_MS,
  robotsExpiry,
  robotsVerdict,
  type RobotsVerdict,
} from "./robots-fetch.ts";
export { MAX_ROBOTS_BYTES } from "./robots-lines.ts";
export { parseRobots, type Robots, type RobotsDecision } from "./robots.ts";

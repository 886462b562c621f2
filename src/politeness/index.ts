/** Good manners as pure functions of their arguments and `now`: no timers, no I/O, no state. */
export {
  AUTO_DELAY_FACTOR,
  autoDelayMs,
  FIRST_AUTO_DELAY_MS,
  MAX_AUTO_DELAY_MS,
  MIN_AUTO_DELAY_MS,
  type HostAnswer,
} from "./auto-delay.ts";
export {
  effectiveDelayMs,
  MAX_CRAWL_DELAY_HONOURED_MS,
  MAX_SLOWED_DELAY_MS,
  pauseEnd,
  recoveredDelayMs,
  slowedDelayMs,
} from "./host-delay.ts";
export { parseHttpDate } from "./http-date.ts";
export { asksNotToFollow } from "./link-nofollow.ts";
export { metaRobots, type MetaRobots } from "./meta-robots.ts";
export { productToken } from "./product-token.ts";
export {
  asksToSlowDown,
  backoffMs,
  MAX_RETRY_AFTER_MS,
  parseRetryAfter,
  retryDelayMs,
} from "./retry-delay.ts";
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

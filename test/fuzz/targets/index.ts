/** All that is fuzzed. */
import type { FuzzTarget } from "../fuzz-target.ts";
import { headersTarget } from "./headers.ts";
import { bytesTarget, htmlTarget } from "./html.ts";
import { robotsTarget } from "./robots.ts";
import { sitemapTarget } from "./sitemap.ts";
import { urlTarget } from "./url.ts";

export const TARGETS: readonly FuzzTarget[] = [
  urlTarget,
  robotsTarget,
  sitemapTarget,
  headersTarget,
  htmlTarget,
  bytesTarget,
];

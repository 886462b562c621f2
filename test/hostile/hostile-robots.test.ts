/** The table's rows for robots.txt: each has a host of its own, for the whole of which it speaks. */
import { robotsCases } from "./cases/robots.ts";
import { describeFileTable } from "./file-table.ts";

/** Parsed files of half a megabyte are kept beside the usual memory; seen were 317 MB. */
const MAX_PEAK_BYTES = 350 * 1024 ** 2;

describeFileTable(
  "a crawl of hostile robots.txt",
  robotsCases,
  "--timeout 8s --read-timeout 4s --retries 0 --threads 1 --no-sitemaps --max-depth 9".split(" "),
  MAX_PEAK_BYTES,
);

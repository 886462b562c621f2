/** The table's rows for sitemaps, each at a host of its own. */
import { sitemapCases } from "./cases/sitemaps.ts";
import { describeFileTable } from "./file-table.ts";

/** A file may be 50 MiB, compressed and again plain; seen were 345 MB. */
const MAX_PEAK_BYTES = 400 * 1024 ** 2;

// Large files wait for each other: they get the time for that.
describeFileTable(
  "a crawl of hostile sitemaps",
  sitemapCases,
  "--timeout 40s --read-timeout 20s --retries 0 --threads 1 --max-depth 9".split(" "),
  MAX_PEAK_BYTES,
);

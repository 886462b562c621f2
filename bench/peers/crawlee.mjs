/** Crawlee's CheerioCrawler over one site: `crawlee.mjs URL SECONDS`, from the folder it is installed in. */
import { createWriteStream } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "peers.js"));
const { CheerioCrawler, Configuration } = require("@crawlee/cheerio");
const [, , url, seconds, output] = process.argv;

let pages = 0;
let links = 0;
const rows = createWriteStream(output);
const crawler = new CheerioCrawler(
  {
    minConcurrency: 64,
    maxConcurrency: 64,
    maxRequestsPerMinute: Infinity,
    async requestHandler({ request, $, enqueueLinks }) {
      pages += 1;
      rows.write(`${JSON.stringify({ url: request.url, title: $("title").text() })}\n`);
      const { processedRequests } = await enqueueLinks({ strategy: "same-hostname" });
      links += processedRequests.length;
    },
  },
  new Configuration({ persistStorage: false, logLevel: "ERROR" }),
);
// It ends what it has begun, which may take long: the figure is that of the time asked for.
setTimeout(tell, Number(seconds) * 1000);
await crawler.run([url]);
tell();

function tell() {
  process.stdout.write(`${JSON.stringify({ pages, links })}\n`, () => process.exit(0));
}

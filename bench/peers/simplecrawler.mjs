/** simplecrawler over one site: `simplecrawler.mjs URL SECONDS`, from the folder it is installed in. */
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "peers.js"));
const Crawler = require("simplecrawler");
const [, , url, seconds] = process.argv;

let pages = 0;
let links = 0;
const crawler = new Crawler(url);
crawler.interval = 1;
crawler.maxConcurrency = 32;
crawler.maxDepth = 0;
crawler.respectRobotsTxt = false;
crawler.decodeResponses = true;
// What it would find in comments and scripts is not asked for by the others either.
crawler.parseHTMLComments = false;
crawler.parseScriptTags = false;
crawler.on("fetchcomplete", () => {
  pages += 1;
});
crawler.on("discoverycomplete", (_item, resources) => {
  links += resources.length;
});
crawler.on("complete", tell);
setTimeout(tell, Number(seconds) * 1000);
crawler.start();

function tell() {
  process.stdout.write(`${JSON.stringify({ pages, links })}\n`, () => process.exit(0));
}

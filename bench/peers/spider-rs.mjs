/** spider-rs (Rust, through its Node binding) over one site: `spider-rs.mjs URL`, from its folder. */
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "peers.js"));
const { Website } = require("@spider-rs/spider-rs");
const [, , url] = process.argv;

const website = new Website(url);
await website.crawl();
// The pages that were fetched: a callback is still called when crawl() has ended.
const pages = website.getLinks().length;
process.stdout.write(`${JSON.stringify({ pages, links: null })}\n`, () => process.exit(0));

/** spider-rs (Rust, through its Node binding) over one site: `spider-rs.mjs URL`, from its folder. */
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "peers.js"));
const { Website } = require("@spider-rs/spider-rs");
const [, , url] = process.argv;

let pages = 0;
const website = new Website(url);
await website.crawl(() => {
  pages += 1;
});
const links = website.getLinks().length;
process.stdout.write(`${JSON.stringify({ pages, links })}\n`, () => process.exit(0));

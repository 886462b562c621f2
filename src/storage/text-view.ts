/** The newest text of each page: for people, and as the content of the full-text index. */
import type { View } from "./view.ts";

export const TEXT_VIEW: View = {
  name: "v_page_text",
  meaning:
    "The newest readable text that is held of each page; of pages that were read with `--text`.",
  columns: [
    ["url_id", "number of the URL"],
    ["url", "the URL"],
    ["title", "text of the title element"],
    ["heading", "text of the first h1"],
    ["text", "all readable text, white space folded"],
    ["first_run_id", "the run that saw this version of the page first"],
    ["truncated", "1 when the text was cut off at 1 MiB"],
  ],
  question: "Which pages name a product, however it is written?",
  example: "SELECT url FROM v_page_text WHERE text LIKE '%acme%'",
  select: `SELECT t.url_id, u.url, t.title, t.heading, t.text, t.first_run_id, t.truncated
FROM page_text t JOIN url u ON u.id = t.url_id
WHERE NOT EXISTS (SELECT 1 FROM page_text n
  WHERE n.url_id = t.url_id AND n.first_run_id > t.first_run_id)`,
};

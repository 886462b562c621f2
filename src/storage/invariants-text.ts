/** What must hold of the texts that are kept and of the index over them. */
import type { Invariant } from "./invariants.ts";

export const TEXT_INVARIANTS: readonly Invariant[] = [
  {
    name: "text_indexed",
    meaning: "the search index has each page whose text is held once, and nothing else",
    // How many words a row of the index has is a row of this table, by the page's number.
    count: `SELECT count(*) FROM (
      SELECT * FROM (SELECT url_id FROM page_text EXCEPT SELECT id FROM page_search_docsize)
      UNION ALL
      SELECT * FROM (SELECT id FROM page_search_docsize EXCEPT SELECT url_id FROM page_text))`,
    repair: ["INSERT INTO page_search (page_search) VALUES ('rebuild')"],
  },
  {
    name: "body_of_answer",
    meaning: "a body belongs to an attempt on a page that got an answer",
    count: `SELECT count(*) FROM fetch_body b JOIN fetch f ON f.id = b.fetch_id
      WHERE f.kind <> 'page' OR f.status IS NULL`,
    repair: [
      `DELETE FROM fetch_body WHERE fetch_id IN (SELECT f.id FROM fetch f
        WHERE f.kind <> 'page' OR f.status IS NULL)`,
    ],
  },
];

/** Issues of images: alternative texts (WCAG 2.2, 1.1.1) and size. */
import { limit } from "./audit-limits.ts";
import { linkIssue, TARGET_FETCH, type Issue } from "./issue.ts";

const IMAGE: Issue["columns"][number] = ["target", "URL of the image", "t.url"];

/** Content-Length of the answer `f`: images are asked by HEAD, so no body tells their size. */
const CONTENT_LENGTH = `(SELECT CAST(json_extract(j.value, '$[1]') AS INTEGER) FROM json_each(f.headers) j
    WHERE lower(json_extract(j.value, '$[0]')) = 'content-length')`;

export const IMAGE_ISSUES: readonly Issue[] = [
  linkIssue({
    id: "image_alt_missing",
    group: "images",
    severity: "warning",
    sentence:
      "An image has no alt attribute: who cannot see it learns nothing (alt='' says that there is nothing to learn).",
    columns: [IMAGE],
    where: "l.kind = 'img' AND l.anchor IS NULL",
  }),
  linkIssue({
    id: "image_alt_long",
    group: "images",
    severity: "notice",
    sentence: `An image's alt has more than ${limit("alt_max")} characters, which are read out in one breath.`,
    columns: [
      IMAGE,
      ["alt", "the text", "l.anchor"],
      ["characters", "its length", "length(l.anchor)"],
      ["limit_characters", "the most", limit("alt_max")],
    ],
    where: `l.kind = 'img' AND length(l.anchor) > ${limit("alt_max")}`,
  }),
  linkIssue({
    id: "image_large",
    group: "images",
    severity: "notice",
    sentence: "An image has more than 100 KiB (needs --check assets).",
    columns: [
      IMAGE,
      ["bytes", "its Content-Length", CONTENT_LENGTH],
      ["limit_bytes", "the most", limit("image_max")],
    ],
    join: TARGET_FETCH,
    where: `l.kind = 'img' AND f.error IS NULL AND f.status = 200 AND ${CONTENT_LENGTH} > ${limit("image_max")}`,
  }),
];

/**
 * Pages that make a parser slow, deep or large: those that are known for it at the limit of 10 MB, the
 * others of 2 MB. `bench/hostile-pages.ts` has all of them at the limit.
 */
import { okPage } from "../../helpers/hostile-server.ts";
import { answers, sends, type HostileCase } from "../case.ts";
import { htmlBodies } from "./html-bodies.ts";

const FULL_SIZE = 10_000_000;
const USUAL_SIZE = 2_000_000;
const FULL: ReadonlySet<string> = new Set([
  "nested-tags",
  "attribute-10mb",
  "links-1000000",
  "title-10mb",
  "words",
]);

export const htmlCases: readonly HostileCase[] = htmlBodies.map(
  ([name, does, body, expected = answers()]) => {
    // Made beforehand: a server that is at work on its page would seem to be silent.
    const page = okPage(body(FULL.has(name) ? FULL_SIZE : USUAL_SIZE));
    return { ...sends(name, does, page, expected, "keeps"), isLarge: true };
  },
);

/** What is taken from a page by the user's rules and settings; the plugin's share is in plugin.ts. */
import type { ExtractedField } from "../src/messages.ts";
import type { WorkerConfig } from "../src/thread-config.ts";
import { lateModule } from "../src/late-module.ts";
import type * as Extraction from "../src/parsing/extraction.ts";
import type { PageTree } from "../src/parsing/index.ts";
import type { Response } from "../src/session/index.ts";
import { isSecretHeader } from "./fetch-attempt.ts";

export interface PageFields {
  readonly fields: readonly ExtractedField[];
  /** What was left out, and why; null when nothing was. */
  readonly problem: string | null;
}

/** Longer values are cut off. */
const MAX_HEADER_CHARS = 10_000;

const loadExtraction = lateModule("src/parsing/extraction") as () => typeof Extraction;

const extractors = new WeakMap<WorkerConfig, Extraction.PageExtractor>();

export function pageFields(page: PageTree, config: WorkerConfig): PageFields {
  const { extract, structured } = config;
  if (extract.length === 0 && structured.length === 0) return { fields: [], problem: null };
  try {
    let extractor = extractors.get(config);
    if (extractor === undefined) {
      const { PageExtractor } = loadExtraction();
      extractor = new PageExtractor(extract, structured);
      extractors.set(config, extractor);
    }
    return extractor.extract(page);
  } catch (error) {
    // Rules that the command line would have refused: the library takes them as they are.
    return { fields: [], problem: `the extraction rules cannot be used: ${String(error)}` };
  }
}

/** Fields whose names others have as well are numbered after those. */
export function numberedAfter(
  before: readonly ExtractedField[],
  fields: readonly ExtractedField[],
): ExtractedField[] {
  const counts = new Map<string, number>();
  for (const { name } of before) counts.set(name, (counts.get(name) ?? 0) + 1);
  return fields.map((field) => ({ ...field, index: field.index + (counts.get(field.name) ?? 0) }));
}

/** The headers that --extract-header names, each value of each one a field. */
export function headerFields(response: Response, names: readonly string[]): ExtractedField[] {
  return [...new Set(names)].flatMap((name) =>
    response.headers.getAll(name).map((value, index) => ({
      name: `header.${name}`,
      index,
      value: isSecretHeader(name) ? "***" : value.slice(0, MAX_HEADER_CHARS),
    })),
  );
}

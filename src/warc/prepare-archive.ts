/** Makes a folder ready for the files of a crawl, before its threads start. */
import { randomBytes } from "node:crypto";
import { accessSync, constants, mkdirSync } from "node:fs";
import { UsageError } from "../errors.ts";
import { finishFiles } from "./finish-files.ts";
import { MAX_WARC_BYTES, type WarcSettings } from "./warc-settings.ts";

/**
 * Makes the folder, and finishes what a process before left in it.
 * @throws UsageError when it cannot be written to
 */
export function prepareArchive(folder: string, now: number): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
    finishFiles(folder, now);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError("warc_unusable", `--warc cannot write to ${folder}: ${why}.`, {
      cause: error,
    });
  }
}

/**
 * What the threads of a crawl are told. The names of its files are its own: another crawl may begin in the
 * same second with the same folder, as the first run of another database, on another machine too.
 */
export function warcSettings(
  folder: string,
  crawl: {
    readonly runId: number;
    readonly version: string;
    readonly userAgent: string;
    readonly robots: boolean;
    readonly now: number;
  },
): WarcSettings {
  const time = new Date(crawl.now).toISOString().replaceAll(/\D/g, "").slice(0, 14);
  return {
    folder,
    prefix: `webspool-${time}-${randomBytes(4).toString("hex")}-run${crawl.runId}`,
    maxFileBytes: MAX_WARC_BYTES,
    info: {
      software: `webspool/${crawl.version}`,
      format: "WARC File Format 1.1",
      conformsTo: "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
      robots: crawl.robots ? "obey" : "ignore",
      "http-header-user-agent": crawl.userAgent,
      isPartOf: `run ${crawl.runId}`,
    },
  };
}

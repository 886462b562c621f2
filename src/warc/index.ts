/** Archives of what went over the wire, as WARC 1.1 (ISO 28500:2017). Loads no library; `WarcWriter` does. */
export { finishFiles } from "./finish-files.ts";
export { prepareArchive, warcSettings } from "./prepare-archive.ts";
export type { WarcSettings } from "./warc-settings.ts";

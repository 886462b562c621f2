/**
 * Modules that are loaded when they are first needed, and at once. What few runs need, or need only after
 * their first requests, is not to delay those: each library takes 10 to 50 ms.
 */
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";

/** Modules of ours that are loaded late: the build makes each a file of its own, in the same place. */
export const LATE_MODULES = [
  "src/parsing/build-tree",
  "src/parsing/extraction",
  "src/session/bounded-cookie-store",
  "src/storage/upkeep",
  "src/warc/index",
  "workers/plugin-answer",
] as const;

/** Modules that threads begin with: files of their own too. */
export const THREAD_MODULES = ["workers/check-plugin", "workers/fetch-worker"] as const;

const require = createRequire(import.meta.url);

/** A function that returns this module of ours, which its first call loads. */
export function lateModule(path: (typeof LATE_MODULES)[number]): () => unknown {
  return late(() => require(modulePath(path)));
}

/** A function that returns what a dependency, or a file of one, exports; its first call loads it. */
export function latePackage(name: string): () => unknown {
  return late(() => require(name));
}

/** What a thread is to begin with. */
export function threadModule(path: (typeof THREAD_MODULES)[number]): URL {
  return pathToFileURL(modulePath(path));
}

/** The built package has in the folder of this module all that its files share. */
function modulePath(path: string): string {
  return join(import.meta.dirname, "..", path + extname(import.meta.filename));
}

function late(load: () => unknown): () => unknown {
  let module: unknown = null;
  return () => (module ??= load());
}

/** Whether the module of --plugin can be used, tried in a thread of its own before the run starts. */
import { Worker } from "node:worker_threads";
import { UsageError } from "../errors.ts";
import { threadModule } from "../late-module.ts";
import type { PluginModule } from "../thread-config.ts";
import { printable, quoted } from "../reporting/printable.ts";

/** A module that takes longer to be loaded would hold up each thread of the crawl as long. */
const LOAD_MS = 10_000;
const MAX_REASON_CHARS = 300;

/**
 * @param given the path as the user wrote it
 * @throws UsageError when it cannot be loaded or exports no `onPage`
 */
export async function checkPlugin(given: string, { file }: PluginModule): Promise<void> {
  const wrong = await problemOf(file);
  if (wrong === null) return;
  const reason = wrong.replaceAll(/\s+/g, " ").replace(/\.$/, "").slice(0, MAX_REASON_CHARS);
  throw new UsageError(
    "bad_plugin",
    `--plugin got ${quoted(given)}, but takes a JavaScript or TypeScript module that exports a function onPage (${printable(reason)}).`,
  );
}

async function problemOf(file: string): Promise<string | null> {
  const worker = new Worker(threadModule("workers/check-plugin"), { workerData: { file } });
  const answer = Promise.withResolvers<string | null>();
  const timer = setTimeout(
    () => answer.resolve(`it took longer than ${LOAD_MS / 1_000} s to load`),
    LOAD_MS,
  );
  worker.once("message", answer.resolve);
  worker.once("error", (error: Error) => answer.resolve(`${error.name}: ${error.message}`));
  worker.once("exit", (code) => answer.resolve(`it ended its thread with exit code ${code}`));
  try {
    return await answer.promise;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

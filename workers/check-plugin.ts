/**
 * Loads a plugin's module in a thread that does nothing else, so that one that loops, or ends its process
 * while it is loaded, is found before the run starts. Posts null, or what is wrong with it.
 */
import { parentPort, workerData } from "node:worker_threads";
import { loadPlugin, messageOf } from "./plugin.ts";

try {
  await loadPlugin((workerData as { readonly file: string }).file);
  parentPort?.postMessage(null);
} catch (error) {
  parentPort?.postMessage(messageOf(error));
}

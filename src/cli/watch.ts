/** Shows something again and again: the option --watch of commands that read. */
import { setTimeout } from "node:timers/promises";
import { duration } from "../setting-kinds.ts";
import type { Setting } from "../settings.ts";
import type { Output } from "./terminal.ts";

export const WATCH_OPTION: Setting<number> = {
  group: "Output",
  kind: duration(100, 86_400_000),
  default: null,
  description: "Show it again and again, with this pause, until Ctrl-C.",
};

/** Clears a terminal and goes to its first cell. */
const CLEAR = "\u001b[2J\u001b[3J\u001b[H";

/**
 * Shows once and, with a pause, again and again until SIGINT or SIGTERM, or until the reader has gone.
 * @param how.forPeople clears a terminal before each time but the first, and puts an empty line between
 * them elsewhere
 * @param how.pauseMs once only when it is undefined
 */
export async function watch(
  stdout: Output,
  how: { readonly pauseMs: number | undefined; readonly forPeople: boolean },
  show: () => void | Promise<void>,
): Promise<void> {
  const { pauseMs, forPeople } = how;
  if (pauseMs === undefined) return await show();
  const stopped = Promise.withResolvers<"stopped">();
  const stop = (): void => stopped.resolve("stopped");
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  try {
    await show();
    while (!stdout.closed) {
      if ((await Promise.race([setTimeout(pauseMs), stopped.promise])) === "stopped") return;
      if (forPeople) {
        if (stdout.isTerminal) stdout.write(CLEAR);
        else stdout.line();
      }
      await show();
    }
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}

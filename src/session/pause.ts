/** The wait between two attempts. */
import { Failure } from "./failure.ts";
import type { PreparedRequest } from "./prepared-request.ts";

/** Resolves with null after that time, or with what ended the wait: abort, close, total timeout. */
export async function pause(
  ms: number,
  request: Pick<PreparedRequest, "signal" | "totalDeadline" | "totalMs">,
  closing: AbortSignal,
): Promise<Failure | null> {
  const leftMs = request.totalDeadline - performance.now();
  const signals = request.signal === null ? [closing] : [closing, request.signal];
  const ended = AbortSignal.any(signals);
  if (!ended.aborted && ms > 0) {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        ended.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, Math.max(0, Math.min(ms, leftMs)));
      ended.addEventListener("abort", done);
    });
  }
  if (closing.aborted) return new Failure("aborted", "the session was closed");
  if (request.signal?.aborted === true) {
    return new Failure("aborted", "the signal was aborted", { cause: request.signal.reason });
  }
  if (ms >= leftMs) {
    return new Failure("total_timeout", `the request took longer than ${request.totalMs} ms`);
  }
  return null;
}

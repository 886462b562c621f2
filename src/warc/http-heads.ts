/** Heads of requests and responses as records hold them: without secrets, and true of the body behind them. */
import type { RecordedResponse } from "../session/index.ts";

const SECRET_IN_REQUESTS: ReadonlySet<string> = new Set([
  "authorization",
  "cookie",
  "proxy-authorization",
]);
const SECRET_IN_RESPONSES: ReadonlySet<string> = new Set(["set-cookie", "set-cookie2"]);

/** @param secretNames further headers whose values are not written, in lower case */
export function requestHead(sent: string, secretNames: ReadonlySet<string>): string {
  return sent
    .split("\r\n")
    .map((line, at) => {
      const name = line.slice(0, Math.max(0, line.indexOf(":")));
      const lower = name.toLowerCase();
      const isSecret = at > 0 && (SECRET_IN_REQUESTS.has(lower) || secretNames.has(lower));
      return isSecret ? `${name}: ***` : line;
    })
    .join("\r\n");
}

/**
 * Rebuilt from its parts: of the status line the version is always told as 1.1. The body has no transfer
 * coding any more, so that the header that tells of one is called `X-Orig-Transfer-Encoding`.
 */
export function responseHead({ status, statusText, headers }: RecordedResponse): string {
  const lines = headers.map(([name, value]) => {
    const lower = name.toLowerCase();
    if (SECRET_IN_RESPONSES.has(lower)) return `${name}: ***`;
    return lower === "transfer-encoding" ? `X-Orig-${name}: ${value}` : `${name}: ${value}`;
  });
  return [`HTTP/1.1 ${status} ${statusText}`.trimEnd(), ...lines, "", ""].join("\r\n");
}

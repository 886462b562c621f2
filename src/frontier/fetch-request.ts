/** What a thread is asked for a URL of the frontier. */
import type { PendingUrl } from "../frontier-store.ts";
import type { FetchRequest, Validators } from "../messages.ts";
import { originOf } from "../url/index.ts";
import type { Admission } from "./admission.ts";

export function fetchRequest(
  entry: PendingUrl,
  admission: Admission,
  validators: Validators | null,
  pauseMs: number,
): FetchRequest {
  const { urlId, url, kind } = entry;
  return {
    urlId,
    url,
    kind,
    // Of what is only checked, the answer counts and not the body.
    method: kind === "asset" ? "HEAD" : "GET",
    origin: originOf(url),
    allowPrivate: admission.allowsPrivate(url),
    validators,
    pauseMs,
  };
}

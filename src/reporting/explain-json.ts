/** Why a URL was fetched or not, as one JSON object: named as the columns that say the same. */
import type { Explanation, KnownUrl, Prediction } from "../explain/index.ts";
import type { StoredAttempt, StoredInlink, StoredInlinks } from "../storage/index.ts";

export function explainJson(explanation: Explanation): Record<string, unknown> {
  const { dbPath, asked, url, known, lastRun, prediction, nearMisses } = explanation;
  return {
    database: dbPath,
    asked,
    url,
    known: known !== null,
    fate: known?.fate ?? "unknown",
    last_run: lastRun.id,
    ...(known === null ? {} : knownJson(known)),
    prediction: prediction === null ? null : predictionJson(prediction),
    near_misses: nearMisses,
  };
}

function knownJson(known: KnownUrl): Record<string, unknown> {
  const { run, decision, meaning, excluded: rule, wait, askedIn, origin, page } = known;
  return {
    run: run.id,
    run_state: run.state,
    kind: decision?.kind ?? null,
    reason: decision?.reason ?? null,
    meaning,
    detail: decision?.detail ?? null,
    rule: rule?.rule ?? null,
    advice: rule?.advice ?? null,
    depth: known.depth,
    due_at: decision?.dueAt ?? null,
    settled_at: decision?.settledAt ?? null,
    wait:
      wait === null
        ? null
        : {
            before: wait.before,
            delay_ms: wait.delayMs,
            auto_delay: wait.autoDelay,
            per_host: wait.perHost,
            crawl_delay_ms: wait.crawlDelayMs,
            next_fetch_at: wait.nextFetchAt,
            backoff_until: wait.backoffUntil,
            failures: wait.failures,
            throttled: wait.throttled,
            slowed_delay_ms: wait.slowedDelayMs,
            auto_delay_ms: wait.autoDelayMs,
          },
    first_run: known.firstRunId,
    asked_in:
      askedIn === null
        ? null
        : { first_run: askedIn.first, last_run: askedIn.last, runs: askedIn.runs },
    attempts: known.attempts.map(attemptJson),
    found_by: origin.by,
    seed_of_run: origin.run,
    path: known.path.map(({ url, kind, link }) => ({
      url,
      kind,
      link: link === null ? null : linkJson(link),
    })),
    linked_from: inlinksJson(known.inlinks),
    redirected_from: inlinksJson(known.redirectsHere),
    canonical_of: inlinksJson(known.canonicalOf),
    redirects: known.redirects.map(({ url, status, error, excluded }) => ({
      url,
      status,
      error,
      excluded,
    })),
    page:
      page === null
        ? null
        : {
            title: page.title,
            canonical_url: page.canonicalUrl,
            robots: page.robots,
            words: page.words,
            text_hash: page.textHash,
            similar_group_id: page.similarGroupId,
            versions: page.versions,
            first_run: page.firstRunId,
            last_run: page.lastRunId,
          },
    same_text: { count: known.sameText.count, urls: known.sameText.first },
    similar_text: { count: known.similarText.count, urls: known.similarText.first },
  };
}

function attemptJson(attempt: StoredAttempt): Record<string, unknown> {
  return {
    run: attempt.runId,
    kind: attempt.kind,
    attempt: attempt.attempt,
    settled: attempt.settled,
    status: attempt.status,
    error: attempt.error,
    detail: attempt.detail,
    started_at: attempt.startedAt,
    total_ms: attempt.totalMs,
    bytes_body: attempt.bytesBody,
    content_type: attempt.contentType,
    not_modified: attempt.notModified,
    truncated: attempt.truncated,
    connection_id: attempt.connectionId,
    connection_seq: attempt.connectionSeq,
    reused: attempt.reused,
    new_connection_reason: attempt.newConnectionReason,
    thread: attempt.thread,
    remote_ip: attempt.remoteIp,
    remote_port: attempt.remotePort,
  };
}

function linkJson({ kind, anchor, rel, gone }: Omit<StoredInlink, "url">): Record<string, unknown> {
  return { kind, anchor, rel, gone };
}

function inlinksJson({ links, pages, isMore, first }: StoredInlinks): Record<string, unknown> {
  return {
    links,
    pages,
    more: isMore,
    first: first.map(({ url, ...link }) => ({ url, ...linkJson(link) })),
  };
}

function predictionJson(prediction: Prediction): Record<string, unknown> {
  const { runId, kind, reason, meaning, excluded, robotsKnown } = prediction;
  return {
    run: runId,
    kind,
    reason,
    meaning,
    rule: excluded?.rule ?? null,
    advice: excluded?.advice ?? null,
    robots_known: robotsKnown,
  };
}

/** A run's figures as Prometheus metrics, named after https://prometheus.io/docs/practices/naming/. */
import { FETCH_ERRORS } from "../errors.ts";
import type { CrawlProgress, RunState } from "../events.ts";
import type { Metric, Sample } from "./prometheus-text.ts";

export interface RunMetrics {
  /** The database's absolute path: what tells two crawls' files apart in one collector. */
  readonly db: string;
  readonly version: string;
  readonly state: RunState;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Null while it runs. */
  readonly endedAt: number | null;
  /** When a run last finished with a seed that answered; null when none did yet. */
  readonly lastSuccessAt: number | null;
  readonly progress: CrawlProgress;
  readonly errorKinds: readonly {
    readonly error: string | null;
    readonly status: number | null;
    readonly count: number;
  }[];
}

const STATES: readonly RunState[] = ["running", "finished", "interrupted", "failed", "abandoned"];

/** All metrics carry the label `db`. Counters begin anew with each run, as Prometheus allows them to. */
export function runMetrics(of: RunMetrics): Metric[] {
  const { db, progress } = of;
  const { counters } = progress;
  const one = (value: number): Sample[] => [{ labels: { db }, value }];
  const time = (epochMs: number | null): Sample[] => (epochMs === null ? [] : one(epochMs / 1_000));
  const counter = (name: string, help: string, value: number): Metric => ({
    name: `webspool_${name}_total`,
    type: "counter",
    help: `${help} in the current or last run.`,
    samples: one(value),
  });
  return [
    gauge("info", "The version of webspool that crawls.", [
      { labels: { db, version: of.version }, value: 1 },
    ]),
    gauge(
      "run_state",
      "1 for the state that the current or last run is in.",
      STATES.map((state) => ({ labels: { db, state }, value: state === of.state ? 1 : 0 })),
    ),
    gauge("run_start_time_seconds", "When the current or last run began.", time(of.startedAt)),
    gauge(
      "run_end_time_seconds",
      "When the last run ended or was interrupted; absent while one runs.",
      time(of.endedAt),
    ),
    gauge(
      "last_success_time_seconds",
      "When a run last finished of which a seed answered; absent before.",
      time(of.lastSuccessAt),
    ),
    counter("pages", "Pages settled, of any status, redirects included,", counters.pages),
    counter("requests", "Requests that reached a socket", counters.requests),
    counter(
      "requests_reused",
      "Requests on a socket that had served one before",
      counters.requestsReused,
    ),
    counter("connections_opened", "Sockets opened", counters.connectionsOpened),
    counter("wire_bytes", "Bytes read from sockets", counters.bytesWire),
    counter("body_bytes", "Bytes of decoded bodies", counters.bytesBody),
    counter("links", "Distinct links of pages stored or confirmed", counters.links),
    {
      name: "webspool_errors_total",
      type: "counter",
      help: "Pages and assets without a response, by its code, or with a status of 400 or more, as status_404, in the current or last run.",
      samples: errorSamples(of),
    },
    gauge("pending_urls", "URLs that wait.", one(progress.pending)),
    gauge("in_flight_requests", "Requests in flight.", one(progress.inFlight)),
  ];
}

function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name: `webspool_${name}`, type: "gauge", help, samples };
}

/** Every code is there from the start, so that its first increase is seen as one; statuses when they come. */
function errorSamples({ db, errorKinds }: RunMetrics): Sample[] {
  const counts = new Map(Object.keys(FETCH_ERRORS).map((code) => [code, 0]));
  for (const { error, status, count } of errorKinds) {
    const code = error ?? `status_${status}`;
    counts.set(code, (counts.get(code) ?? 0) + count);
  }
  return Array.from(counts, ([error, value]) => ({ labels: { db, error }, value }));
}

/** Traces as a test says them: who asks which origin when, for how long. */
import { causesOf, noCauses } from "../../src/advise/causes.ts";
import type { OriginFacts, Trace, TracedRequest, TrafficSettings } from "../../src/advise/trace.ts";

export const SETTINGS: TrafficSettings = {
  poolConnections: 1_000,
  poolMaxsize: 16,
  poolBlock: false,
  limit: 0,
  limitPerHost: 0,
  keepaliveTimeoutMs: 30_000,
  forceClose: false,
  threads: 1,
  perHost: 16,
  inFlight: 128,
  delayMs: 0,
  affinity: true,
};

export const HANDSHAKE_MS = 10;

export type Asked = Partial<TracedRequest> & { readonly at: number };

/** Each request takes 1 ms unless told otherwise. None waits for another unless `closed`. */
export function traceOf(
  asked: readonly Asked[],
  of: {
    readonly settings?: Partial<TrafficSettings>;
    readonly facts?: Partial<OriginFacts>;
    readonly closed?: boolean;
  } = {},
): Trace {
  const requests = asked
    .toSorted((one, other) => one.at - other.at)
    .map(({ at, serviceMs = 1, ...rest }): TracedRequest => ({
      session: 0,
      process: 0,
      origin: 0,
      host: rest.origin ?? 0,
      mount: 0,
      startedAt: at,
      endedAt: at + serviceMs,
      serviceMs,
      isRobots: false,
      pauses: false,
      connected: true,
      spoils: false,
      ...rest,
    }));
  const count = requests.reduce((most, { origin }) => Math.max(most, origin + 1), 0);
  return {
    settings: { ...SETTINGS, ...of.settings },
    mounts: [{ prefix: "http://", overrides: {} }],
    threads: [1, 2, 3, 4],
    origins: Array.from({ length: count }, (_, index) => ({
      origin: `http://${index}.example`,
      handshakeMs: HANDSHAKE_MS,
      idleLimitMs: Infinity,
      requestLimit: Infinity,
      toldLimit: false,
      ...of.facts,
    })),
    requests,
    causes: of.closed
      ? causesOf(requests, { ...SETTINGS, ...of.settings })
      : noCauses(requests.length),
    opened: 0,
    handshakeMs: 0,
    leftOut: 0,
  };
}

/** What the frontier is made of, put together: each part knows only those it needs. */
import type { CrawlSettings } from "../crawl-settings.ts";
import type { FrontierStore } from "../frontier-store.ts";
import type { Admission } from "./admission.ts";
import { Budgets } from "./budgets.ts";
import { Discovery, type Enqueue } from "./discovery.ts";
import { HostFiles } from "./host-files.ts";
import type { HostLimits } from "./host-table.ts";
import { HostTurn, type FrontierCounts } from "./host-turn.ts";
import { Reopening } from "./reopening.ts";
import type { Revisits } from "./revisits.ts";
import { RobotsGate } from "./robots-gate.ts";
import { Rota } from "./rota.ts";
import { Traps } from "./traps/index.ts";

/** What a frontier needs from outside. */
export interface FrontierInput {
  readonly store: FrontierStore;
  readonly settings: CrawlSettings;
  readonly runId: number;
  readonly admission: Admission;
  readonly revisits: Revisits;
  readonly seedOrigins: ReadonlySet<string>;
  /** From 0 to 1; `Math.random` by default. */
  readonly random?: () => number;
  readonly hostLimits?: Partial<HostLimits>;
  /** Whether threads keep what is handed out beyond --per-host in line; false by default. */
  readonly hasLines?: boolean;
}

export interface FrontierParts extends FrontierInput {
  readonly random: () => number;
  readonly counts: FrontierCounts;
  readonly traps: Traps;
  readonly discovery: Discovery;
  readonly hostFiles: HostFiles;
  readonly robots: RobotsGate;
  readonly budgets: Budgets;
  readonly rota: Rota;
  readonly turn: HostTurn;
  readonly reopening: Reopening;
}

/** @param enqueue takes a URL that was just stored as waiting */
export function frontierParts(input: FrontierInput, enqueue: Enqueue): FrontierParts {
  const { store, settings, runId, revisits } = input;
  const counts = { pending: 0, excluded: 0, givenUp: 0 };
  const random = input.random ?? Math.random;
  const traps = new Traps({ store: store.traps, runId, enabled: settings.traps });
  const isFromEarlierRun = (urlId: number): boolean => revisits.isFromEarlierRun(urlId);
  const discovery = new Discovery({ ...input, traps, isFromEarlierRun, enqueue });
  const hostFiles = new HostFiles({ ...input, discovery, enqueue });
  const robots = new RobotsGate({ ...input, hostFiles, random });
  const budgets = new Budgets(store.budgets, runId, settings);
  const rota = new Rota(input);
  const made = { ...input, random, counts, traps, discovery, hostFiles, robots, budgets, rota };
  return { ...made, turn: new HostTurn(made), reopening: new Reopening(made) };
}

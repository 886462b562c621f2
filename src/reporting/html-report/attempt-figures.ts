/** Figures and lists of a run that come out of one pass over its attempts. */
import type { AttemptRow } from "../../storage/index.ts";
import { Distribution } from "./distribution.ts";
import { addTo, classOf, CLASSES } from "./status-class.ts";
import { Timeline } from "./timeline.ts";
import { TopRows } from "./top-rows.ts";

/** Rows of the lists of the slowest and of the largest. */
const MOST_LISTED = 20;
/** A site may name as many types as it has pages: the rest counts as one. */
const MOST_TYPES = 1_000;
/** Depths above it count as one. */
const MOST_DEPTH = 30;

export const PHASES = ["queue", "dns", "connect", "tls", "ttfb", "body"] as const;
export type Phase = (typeof PHASES)[number];

export interface PageRow {
  readonly urlId: number;
  readonly status: number | null;
  readonly ttfbMs: number | null;
  readonly bodyMs: number | null;
  readonly totalMs: number;
  readonly bytesBody: number;
  readonly contentType: string;
}

export interface TypeRow {
  readonly type: string;
  count: number;
  bytes: number;
}

export interface DepthRow {
  /** Null: no followed link is known, as of a page that only a sitemap names. */
  readonly depth: number | null;
  /** Whether deeper ones count here too. */
  readonly orMore: boolean;
  readonly counts: number[];
}

export class AttemptFigures {
  /** Attempts of any kind. */
  attempts = 0;
  /** Those that another one followed. */
  retried = 0;
  readonly timeline = new Timeline();
  readonly ttfb = new Distribution();
  readonly total = new Distribution();
  /** Milliseconds of all attempts together. */
  readonly phases: Record<Phase, number> = {
    queue: 0,
    dns: 0,
    connect: 0,
    tls: 0,
    ttfb: 0,
    body: 0,
  };
  readonly #slowest = new TopRows<PageRow>(MOST_LISTED, ({ totalMs }) => totalMs);
  readonly #largest = new TopRows<PageRow>(MOST_LISTED, ({ bytesBody }) => bytesBody);
  readonly #types = new Map<string, TypeRow>();
  readonly #depths = new Map<number | null, DepthRow>();

  add(row: AttemptRow): void {
    this.attempts += 1;
    for (const phase of PHASES) this.phases[phase] += row[`${phase}Ms`] ?? 0;
    if (row.settled === 0) this.retried += 1;
    else if (row.kind === "page") this.#addPage(row);
  }

  /** Settled pages that had a response, those that took longest first. */
  slowest(): readonly PageRow[] {
    return this.#slowest.rows();
  }

  largest(): readonly PageRow[] {
    return this.#largest.rows();
  }

  /** Most pages first. */
  types(): TypeRow[] {
    return [...this.#types.values()].toSorted((a, b) => b.count - a.count || b.bytes - a.bytes);
  }

  /** From the seeds on; pages without a depth come last. */
  depths(): DepthRow[] {
    return [...this.#depths.values()].toSorted(
      (a, b) => (a.depth ?? Infinity) - (b.depth ?? Infinity),
    );
  }

  #addPage(row: AttemptRow): void {
    const status = classOf(row);
    this.timeline.add(row.startedAt + row.totalMs, status);
    addTo(this.#depth(row.depth).counts, CLASSES.indexOf(status), 1);
    if (row.status === null) return;
    if (row.ttfbMs !== null) this.ttfb.add(row.ttfbMs);
    this.total.add(row.totalMs);
    const { urlId, ttfbMs, bodyMs, totalMs, bytesBody: bytes } = row;
    const contentType = mediaType(row.contentType);
    const bytesBody = bytes ?? 0;
    const page = { urlId, status: row.status, ttfbMs, bodyMs, totalMs, bytesBody, contentType };
    this.#slowest.add(page);
    if (bytesBody > 0) this.#largest.add(page);
    // A redirect's type is that of a text nobody reads, and a 304 has none.
    if (status === "redirect" || row.notModified === 1) return;
    const type = this.#type(contentType);
    type.count += 1;
    type.bytes += bytesBody;
  }

  #type(name: string): TypeRow {
    const known = this.#types.get(name);
    if (known !== undefined) return known;
    const type = this.#types.size < MOST_TYPES ? name : "others";
    const row = this.#types.get(type) ?? { type, count: 0, bytes: 0 };
    this.#types.set(type, row);
    return row;
  }

  #depth(depth: number | null): DepthRow {
    const shown = depth === null ? null : Math.min(depth, MOST_DEPTH);
    let row = this.#depths.get(shown);
    if (row === undefined) {
      row = { depth: shown, orMore: shown === MOST_DEPTH, counts: CLASSES.map(() => 0) };
      this.#depths.set(shown, row);
    }
    return row;
  }
}

/** `Text/HTML; charset=utf-8` -> `text/html`. */
function mediaType(contentType: string | null): string {
  const type = (contentType ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return type === "" ? "none given" : type;
}

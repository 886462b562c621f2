/** How many of the slots of --in-flight one host may take, and how many of its requests wait in line. */

/** A host whose requests hold their slot for longer than this is slow. */
const SLOW_MS = 1_000;

/** A host that answers sooner has requests in line. */
const QUICK_MS = 50;
/**
 * So many times as many wait in line as are in flight. With three the threads of a crawl of the Rust manual
 * had nothing to do while the coordinator recorded: it took 15.9 s, and 12.4 s with seven.
 */
const IN_LINE = 7;
/**
 * Requests of a host that are started without a line: its first, and those after one that may lead into a
 * trap, as what is learned of each decides about the next.
 */
export const STARTED_WITHOUT_LINE = 256;
/** With fewer in flight a host is asked in order, one after another or nearly so. */
const LEAST_PER_HOST = 8;

/**
 * Requests of a host that are handed out beyond --per-host, and wait in line in their threads: a thread that
 * has one answer then starts the next at once, while the coordinator records those before, more of them
 * together. Only of hosts that are answered for so soon that a line is short, since what is in line was
 * decided: robots, traps, order.
 *
 * @param answerMs how long the host takes for an answer, smoothed; 0 while that is not known
 */
export function lineLength(perHost: number, answerMs: number): number {
  const isQuick = answerMs > 0 && answerMs < QUICK_MS;
  return isQuick && perHost >= LEAST_PER_HOST ? IN_LINE * perHost : 0;
}

export interface SlotQuestion {
  /** --in-flight: all slots there are. */
  readonly all: number;
  /** Those that no request holds. */
  readonly free: number;
  /** --per-host, and what may wait in line beyond it. */
  readonly most: number;
  /** Requests of this host that are in flight or in line. */
  readonly held: number;
  /** How long a request of this host holds its slot, smoothed. */
  readonly heldMs: number;
  /** Hosts that have a request in flight or could start one now, this one included. */
  readonly contenders: number;
  /** Whether another host could start one now. */
  readonly othersReady: boolean;
}

/** The part of all slots that no host takes beyond its share, and no slow host at all. */
export function reservedSlots(all: number): number {
  return Math.floor(all / 4);
}

/**
 * Slots this host may take now. A slot is held until the answer comes, so that a few slow hosts with
 * --per-host slots each could hold them all, and every other host would wait for them. Therefore:
 *
 * - While others could start a request, a host holds no more than its share: three quarters of all
 *   slots, split evenly among the hosts that want any, at least one. More only of what nobody wants.
 * - The last quarter is for hosts below their share that are not slow: what is found while slow hosts
 *   hold the rest starts at once.
 *
 * A host that is alone takes what --per-host allows. Zero when it has to wait for a slot.
 */
export function slotsFor(question: SlotQuestion): number {
  const { all, free, held, contenders } = question;
  const most = Math.max(0, Math.min(free, question.most - held));
  if (contenders <= 1) return most;
  const reserved = reservedSlots(all);
  const open = Math.max(0, free - reserved);
  const share = Math.max(1, Math.floor((all - reserved) / contenders));
  const belowShare = Math.max(0, share - held);
  const own = question.heldMs > SLOW_MS ? Math.min(belowShare, open) : belowShare;
  return Math.min(most, question.othersReady ? own : Math.max(own, open));
}

/** The time a request of a host takes, with one more of them: half of it is the newest. */
export function smoothedMs(before: number, newest: number): number {
  return before === 0 ? newest : (before + newest) / 2;
}

/** Shows how a run goes on, on stderr: one line rewritten in place, or a plain line now and then. */
import type { CrawlProgress } from "../events.ts";
import { PageRate, progressText } from "../reporting/progress-text.ts";
import { fitText } from "../reporting/text-width.ts";
import type { Output } from "./terminal.ts";

const REDRAW_MS = 200;
const PLAIN_LINE_MS = 10_000;

const ERASE_LINE = "\r\u001b[K";

export class ProgressLine {
  readonly #output: Output;
  readonly #read: () => CrawlProgress;
  readonly #rate = new PageRate();
  #timer: NodeJS.Timeout | null = null;
  #drawn = false;

  /** @param read what is shown, asked only when something is to be shown */
  constructor(output: Output, read: () => CrawlProgress) {
    this.#output = output;
    this.#read = read;
  }

  start(): void {
    const interval = this.#output.isTerminal ? REDRAW_MS : PLAIN_LINE_MS;
    this.#timer = setInterval(() => this.#show(), interval);
    this.#timer.unref();
    if (this.#output.isTerminal) this.#show();
  }

  /** Writes a line that stays, above the line that is rewritten. */
  note(line: string): void {
    this.#erase();
    this.#output.line(line);
    if (this.#timer !== null && this.#output.isTerminal) this.#show();
  }

  /** Leaves the terminal as it was found. Harmless when repeated. */
  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#erase();
  }

  #show(): void {
    const progress = this.#read();
    const rate = this.#rate.next(progress);
    if (!this.#output.isTerminal) {
      this.#output.line(progressText(progress, rate, Infinity));
      return;
    }
    // The last cell stays free: writing into it wraps the line on some terminals.
    const cells = this.#output.columns - 1;
    const line = fitText(progressText(progress, rate, cells), cells);
    this.#output.write(ERASE_LINE + line);
    this.#drawn = true;
  }

  #erase(): void {
    if (this.#drawn) this.#output.write(ERASE_LINE);
    this.#drawn = false;
  }
}

/** What the worker threads tell the coordinator: messages, and ends that nobody asked for. */
import type { FetchRequest, WorkerMessage } from "./messages.ts";

/** A request whose thread ended before it could answer. */
export interface LostRequest {
  readonly request: FetchRequest;
  /** When the thread got it. */
  readonly startedAt: number;
  /** Whether it was lost for the first time: it is to be asked again, and then elsewhere. */
  readonly isFirst: boolean;
}

/** A thread that ended by itself; another has taken its place. */
export interface EndedThread {
  /** Its number, as in the reports of its session. */
  readonly thread: number;
  readonly lost: readonly LostRequest[];
  /** URLs that waited in line in it. */
  readonly givenBack: readonly number[];
  readonly why: string;
}

export interface WorkerPoolEvents {
  /** A thread has loaded its modules and takes requests. */
  started(): void;
  /** What a thread posted. */
  message(message: WorkerMessage): void;
  /** A thread ended by itself; everything that it posted was told before. */
  ended(thread: EndedThread): void;
  /** Threads end before they can take a request: there will be no more of them. */
  failed(why: string): void;
}

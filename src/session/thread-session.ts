/** This thread's session: the worker-thread form of Python's `threading.local`. */
import { isDeepStrictEqual } from "node:util";
import { Session } from "./session.ts";
import { SessionUsageError } from "./session-error.ts";
import type { SessionOptions } from "./session-options.ts";

let current: { readonly session: Session; readonly options: SessionOptions } | null = null;

/**
 * The session of this thread, made on first use, closed at thread exit. Each thread has its own
 * module instance, so sockets, cookies and DNS entries are never shared. Asked again with other
 * options it throws `session_options_differ` instead of ignoring them; after its `close` the next
 * call makes a new one.
 */
export function getSession(options: SessionOptions = {}): Session {
  if (current !== null && !current.session.closed) {
    if (isDeepStrictEqual(options, current.options)) return current.session;
    throw new SessionUsageError(
      "session_options_differ",
      "This thread's session was made with other options; close it first, or use those.",
    );
  }
  const session = new Session(options);
  if (current === null) process.once("exit", closeAtExit);
  current = { session, options };
  return session;
}

function closeAtExit(): void {
  // Sockets are destroyed in the call itself; nothing waits for a promise at exit.
  void current?.session.close();
}

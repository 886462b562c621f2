/**
 * A bound on the time of code that never comes up for air: a selector, a regular expression or a
 * function of the user's. V8 ends it from a thread of its own, which costs 0.3 ms a call.
 */
import { createContext, Script, type Context } from "node:vm";

/** What was called took longer than it may. */
export class TookTooLongError extends Error {}

const CALL = new Script("call()");

let realm: (Context & { call: (() => unknown) | null }) | null = null;

/**
 * What `call` returns; what it throws is thrown. Only what runs before it returns is bounded: of an
 * async function the part before its first await. Not to be nested.
 * @throws TookTooLongError after `ms`
 */
export function withinTime<T>(ms: number, call: () => T): T {
  realm ??= Object.assign(createContext({}), { call: null });
  realm.call = call;
  try {
    return CALL.runInContext(realm, { timeout: ms }) as T;
  } catch (error) {
    // It is an Error of the other realm.
    if (
      typeof error === "object" &&
      error !== null &&
      "code" in error &&
      error.code === TIMED_OUT
    ) {
      throw new TookTooLongError(`ended after ${ms} ms`, { cause: error });
    }
    throw error;
  } finally {
    realm.call = null;
  }
}

const TIMED_OUT = "ERR_SCRIPT_EXECUTION_TIMEOUT";

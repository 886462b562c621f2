/** Values for the parameters of a statement: SQLite does not say which one is missing, or superfluous. */
import { UsageError } from "../errors.ts";
import type { SqlParameters, SqlValue } from "./ask.ts";
import { splitScript } from "./sql-script.ts";

/** By the names of a statement's `:name`, without the sign. */
export type NamedValues = Readonly<Record<string, SqlValue>>;

/**
 * What a statement takes: values in the order of its `?`, or one object.
 * @throws UsageError for a name without a value, and for a value without a name
 */
export function bindings(sql: string, parameters: SqlParameters): readonly unknown[] {
  if (isList(parameters)) {
    if (parameters.length > 0) return parameters;
    parameters = {};
  }
  const names = parameterNames(sql);
  checkAsked(names, Object.keys(parameters));
  checkGiven(names, Object.keys(parameters));
  return names.length === 0 ? [] : [parameters];
}

/** The names of all parameters of a script. */
export function parameterNames(script: string): string[] {
  return [...new Set(splitScript(script).flatMap((statement) => statement.parameters))];
}

/** @throws UsageError for a value that no parameter takes */
export function checkGiven(asked: readonly string[], given: readonly string[]): void {
  const unknown = given.find((name) => !asked.includes(name));
  if (unknown === undefined) return;
  const names = asked.map((name) => `:${name}`).join(", ");
  throw new UsageError(
    "unknown_parameter",
    `--param ${unknown} is not asked for: the SQL has ${names === "" ? "no parameter" : names}.`,
  );
}

function checkAsked(asked: readonly string[], given: readonly string[]): void {
  const unnamed = asked.find((name) => name.startsWith("?"));
  if (unnamed !== undefined) {
    throw new UsageError(
      "unnamed_parameter",
      `The SQL asks for ${unnamed}: write :name in its place and give --param name=VALUE.`,
    );
  }
  const missing = asked.find((name) => !given.includes(name));
  if (missing !== undefined) {
    throw new UsageError(
      "missing_parameter",
      `The SQL asks for :${missing}: give --param ${missing}=VALUE.`,
    );
  }
}

function isList(parameters: SqlParameters): parameters is readonly SqlValue[] {
  return Array.isArray(parameters);
}

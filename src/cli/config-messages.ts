/** What the config file's checks say of a value: what it got, and what it takes. */
import { z } from "zod";
import { quoted } from "../reporting/printable.ts";

export function shortText(what: string): z.ZodString {
  return z
    .string({
      error: (issue) =>
        `${issue.input === undefined ? "is missing" : `got ${json(issue.input)}`}, but takes ${what}`,
    })
    .min(1, { error: `is empty, but takes ${what}` });
}

export function wrongType(name: string, input: unknown, takes: string): string {
  return `${name} got ${json(input)}, but takes ${takes}.`;
}

/** Undefined for unknown keys: those are told with a suggestion where the file is read. */
export function objectError(
  issue: { readonly code?: string; readonly input: unknown },
  takes: string,
): string | undefined {
  return issue.code === "unrecognized_keys"
    ? undefined
    : `got ${json(issue.input)}, but takes ${takes}`;
}

export function json(input: unknown): string {
  return typeof input === "string" ? quoted(input) : shortened(JSON.stringify(input) ?? "nothing");
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

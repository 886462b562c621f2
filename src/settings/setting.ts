/** What a setting is, and how one is declared. */
import type { Kind } from "../setting-kinds.ts";

export interface Setting<T> {
  readonly kind: Kind<T>;
  /** As the user would write it; null when there is no limit or it depends on others. */
  readonly default: string | number | boolean | readonly string[] | null;
  /** What the default is, in words, where it depends on something. */
  readonly defaultText?: string;
  readonly description: string;
  readonly group:
    | "What to crawl"
    | "How fast"
    | "Requests"
    | "Connections"
    | "Extraction"
    | "The run"
    | "Output";
  readonly short?: string;
  /** A run can only be continued with the same value. */
  readonly identity?: true;
}

export function setting<T>(
  group: Setting<T>["group"],
  kind: Kind<T>,
  value: Setting<T>["default"],
  description: string,
  extra: Pick<Setting<T>, "defaultText" | "short" | "identity"> = {},
): Setting<T> {
  return { group, kind, default: value, description, ...extra };
}

/** A run can only be continued with the same value. */
export const IDENTITY = { identity: true } as const;

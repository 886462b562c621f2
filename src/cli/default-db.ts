import { defaultOf } from "../settings.ts";

/** Where a crawl goes, and where the reading commands look, without `--db`. */
export function defaultDb(): string {
  const path = defaultOf("db");
  if (path === undefined) throw new Error("the setting db has no default");
  return path;
}

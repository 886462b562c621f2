/** Options that the reading commands share, declared as the settings are. */
import { count, flag } from "../setting-kinds.ts";
import { SETTINGS, type Setting } from "../settings.ts";

export const DB_OPTION = {
  ...SETTINGS.db,
  description: "The SQLite database to read.",
} satisfies Setting<string>;

export const RUN_OPTION: Setting<number> = {
  group: "Output",
  kind: count(1),
  default: null,
  defaultText: "the last one",
  description: "The number of a run.",
};

/** An option that chooses a form of output. */
export function formOption(description: string): Setting<boolean> {
  return { group: "Output", kind: flag(), default: false, description };
}

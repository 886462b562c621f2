/** All commands, in the order of the help. */
import type { Command } from "../command.ts";
import { check } from "./check.ts";
import { configSchema } from "./config-schema.ts";
import { crawl } from "./crawl.ts";
import { demo } from "./demo.ts";
import { diff } from "./diff.ts";
import { explain } from "./explain.ts";
import { fsck } from "./fsck.ts";
import { probe } from "./probe.ts";
import { prune } from "./prune.ts";
import { report } from "./report.ts";
import { snapshot } from "./snapshot.ts";
import { sql } from "./sql.ts";
import { status } from "./status.ts";

export const COMMANDS: readonly Command[] = [
  crawl,
  demo,
  probe,
  report,
  status,
  explain,
  diff,
  sql,
  check,
  snapshot,
  prune,
  fsck,
  configSchema,
];

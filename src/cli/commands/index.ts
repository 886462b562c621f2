/** All commands, in the order of the help. */
import type { Command } from "../command.ts";
import { advise } from "./advise.ts";
import { body } from "./body.ts";
import { check } from "./check.ts";
import { configSchema } from "./config-schema.ts";
import { crawl } from "./crawl.ts";
import { demo } from "./demo.ts";
import { diff } from "./diff.ts";
import { explain } from "./explain.ts";
import { exportCommand } from "./export.ts";
import { fsck } from "./fsck.ts";
import { probe } from "./probe.ts";
import { prune } from "./prune.ts";
import { report } from "./report.ts";
import { search } from "./search.ts";
import { snapshot } from "./snapshot.ts";
import { sql } from "./sql.ts";
import { status } from "./status.ts";

export const COMMANDS: readonly Command[] = [
  crawl,
  demo,
  probe,
  report,
  advise,
  status,
  explain,
  diff,
  search,
  body,
  sql,
  check,
  exportCommand,
  snapshot,
  prune,
  fsck,
  configSchema,
];

/** Copies of a database, and of its bodies where they are asked for. */
import { existsSync, rmSync } from "node:fs";
import { UsageError } from "../errors.ts";
import { writeSnapshot } from "./ask.ts";
import { BodyStore } from "./body-store.ts";
import type { Sqlite } from "./connection.ts";
import { LEFT_OUT } from "./kept-content.ts";
import { bodiesPath } from "./open-bodies.ts";

/** What became of the bodies: `none`, as there are none. */
export type CopiedBodies = "none" | "copied" | "left_out";

/**
 * The database first: every body that its copy names is then in that of the bodies. A copy without them says
 * so, so that nobody takes them for lost.
 * @throws UsageError when a target exists or cannot be written; StorageError when what is copied is damaged
 */
export function writeSnapshots(
  sqlite: Sqlite,
  dbPath: string,
  { path, bodies: wanted }: { readonly path: string; readonly bodies: boolean },
): CopiedBodies {
  const bodies = BodyStore.openReadOnly(dbPath);
  try {
    if (bodies === null || !wanted) {
      writeSnapshot(sqlite, path, bodies === null ? undefined : markLeftOut);
      return bodies === null ? "none" : "left_out";
    }
    const target = bodiesPath(path);
    if (existsSync(target)) {
      throw new UsageError("file_exists", `${target} exists: name a new file for the snapshot.`);
    }
    writeSnapshot(sqlite, path);
    try {
      bodies.snapshot(target);
    } catch (error) {
      // Without its bodies it is not what was asked for, and to fsck they would be lost.
      rmSync(path, { force: true });
      throw error;
    }
    return "copied";
  } finally {
    bodies?.close();
  }
}

function markLeftOut(copy: Sqlite): void {
  copy
    .prepare("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)")
    .run(LEFT_OUT.key, LEFT_OUT.value);
}

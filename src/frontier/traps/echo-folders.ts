/**
 * Folders that echo: whatever stands after them, the page is the same, and its relative links append
 * one more part each time ("/guide/part/more/part/see/"). Pages right in the folder do not count, since
 * those are numbered or named one by one on real sites; below them the same parts come at every depth.
 */
import { RecentMap } from "../../recent-map.ts";
import { foldersOf } from "../../url/index.ts";
import type { RuleChange } from "./host-rules.ts";
import { Streak } from "./streak.ts";
import type { TextPlaces } from "./text-places.ts";
import { urlPlace, type TrapPage } from "./trap-page.ts";

const ECHO_PAGES = 12;
/** Depths below the folder at which they stand. */
const LEAST_DEPTHS = 3;
/** Folders of a URL that are looked at, outermost first. */
const MAX_FOLDERS = 6;
const FOLDERS = 1_000;

interface Echo {
  readonly streak: Streak;
  readonly depths: Set<number>;
}

export class EchoFolders {
  readonly #folders = new RecentMap<string, Echo>(FOLDERS);

  /** Compares a page with those in its folders; returns the rules that hold or fall by it. */
  note(page: TrapPage, { paths }: TextPlaces): RuleChange[] {
    const { path } = urlPlace(page.url);
    const changes: RuleChange[] = [];
    for (const folder of echoingFolders(path)) {
      const key = `${page.hostId} ${folder}`;
      const same = paths.some((other) => other.startsWith(folder));
      let echo = this.#folders.get(key);
      if (echo === undefined) {
        if (!same) continue;
        echo = { streak: new Streak(), depths: new Set() };
        this.#folders.set(key, echo);
      }
      const inside = page.newUrls.filter(({ url }) => urlPlace(url).path.startsWith(folder)).length;
      const leads = inside < page.newUrls.length;
      echo.streak.add(same && !leads, inside);
      echo.depths.add(depthBelow(folder, path));
      const barren = echo.streak.isEndless(ECHO_PAGES) && echo.depths.size >= LEAST_DEPTHS;
      if (!barren && !leads) continue;
      const pagesFor = barren ? echo.streak.length : 0;
      const rule = { kind: "folder", pattern: folder, pagesFor, pagesAgainst: 0 } as const;
      changes.push({ rule: { ...rule, reason: "trap_same_text" }, holds: barren });
      // What is inside goes with it.
      if (barren) break;
    }
    return changes;
  }

  /** The outermost folder of a URL that may echo; null when none does. */
  suspect(hostId: number, path: string): string | null {
    for (const folder of echoingFolders(path)) {
      const key = `${hostId} ${folder}`;
      if (this.#folders.get(key)?.streak.isSuspect(ECHO_PAGES) === true) return key;
    }
    return null;
  }
}

/** The folders whose echo a path may be: two parts or more stand after them. Outermost first. */
export function echoingFolders(path: string): string[] {
  return foldersOf(path, MAX_FOLDERS).filter((folder) => depthBelow(folder, path) >= 2);
}

function depthBelow(folder: string, path: string): number {
  let depth = 0;
  for (let i = folder.length; i < path.length; i++) {
    if (path.charCodeAt(i) !== 47 && path.charCodeAt(i - 1) === 47) depth += 1;
  }
  return depth;
}

/**
 * Where on a host a text was seen. A text at many paths (a login page, "not found" with status 200) is
 * no sign that those URLs are variants of one another.
 */
import { RecentMap } from "../../recent-map.ts";
import { looksRandom } from "../../url/index.ts";

/** Texts remembered over all hosts: the last 20,000 to 40,000, about 10 MB. */
const TEXTS = 20_000;
/** A mirror, one below another folder, and mirrors in the mirrors. */
const MAX_PATHS = 6;
/** Of a text at more paths, the first ones and the last ones are kept. */
const FIRST_PATHS = 4;

export interface TextPlaces {
  /** Paths with this text, random words in them as `*`; of many the first and the last. */
  readonly paths: readonly string[];
  /** It stands at more paths than copies of a page do. */
  readonly isEverywhere: boolean;
}

interface Places {
  readonly paths: string[];
  count: number;
}

export class TextMemory {
  readonly #texts = new RecentMap<string, Places>(TEXTS);

  /** Notes that a text stands at a path; returns where else it does. */
  note(hostId: number, textHash: string, path: string): TextPlaces {
    const key = `${hostId} ${textHash}`;
    const places = this.#texts.get(key) ?? { paths: [], count: 0 };
    if (places.count === 0) this.#texts.set(key, places);
    const own = path
      .split("/")
      .map((segment) => (looksRandom(segment) ? "*" : segment))
      .join("/");
    const paths = places.paths.filter((other) => other !== own);
    if (paths.length === places.paths.length) {
      const at =
        places.count <= MAX_PATHS
          ? places.count
          : FIRST_PATHS + (places.count % (MAX_PATHS + 1 - FIRST_PATHS));
      places.paths[at] = own;
      places.count += 1;
    }
    return { paths, isEverywhere: places.count > MAX_PATHS };
  }
}

/** Adapters by URL prefix: the longest that matches, without regard to case, as requests does. */
import type { HTTPAdapter } from "./http-adapter.ts";

export interface Mount {
  /** As it was mounted. */
  readonly prefix: string;
  readonly adapter: HTTPAdapter;
}

export class Mounts {
  readonly #mounts: (Mount & { readonly lower: string })[] = [];

  /**
   * The prefix is a string: "https://example.com" matches "https://example.com.evil.org/" too, so
   * end it with a slash. The same prefix again replaces its adapter, which is returned.
   */
  set(prefix: string, adapter: HTTPAdapter): HTTPAdapter | null {
    const lower = prefix.toLowerCase();
    const mount = { prefix, adapter, lower };
    const at = this.#mounts.findIndex((each) => each.lower === lower);
    if (at >= 0) {
      const [replaced] = this.#mounts.splice(at, 1, mount);
      return replaced?.adapter ?? null;
    }
    // Longest first; of the same length the older first.
    const after = this.#mounts.findIndex((each) => each.lower.length < lower.length);
    this.#mounts.splice(after < 0 ? this.#mounts.length : after, 0, mount);
    return null;
  }

  find(href: string): Mount | null {
    const lower = href.toLowerCase();
    for (const mount of this.#mounts) {
      if (lower.startsWith(mount.lower)) return mount;
    }
    return null;
  }

  get adapters(): ReadonlySet<HTTPAdapter> {
    return new Set(this.#mounts.map((mount) => mount.adapter));
  }

  /** In the order they are tried. */
  get prefixes(): readonly string[] {
    return this.#mounts.map((mount) => mount.prefix);
  }
}

/** The seeds: from the command line, from a file, from standard input. */
import { readFileSync } from "node:fs";
import { text as readAll } from "node:stream/consumers";
import { isIP } from "node:net";
import { UsageError } from "../errors.ts";
import { quoted } from "../reporting/printable.ts";
import { canonicalUrl, credentialsOf, hostNameOf, MAX_URL_CHARS } from "../url/index.ts";

/**
 * All seeds in their order, canonical; one with a user name or password stays as it was written.
 * @throws UsageError for the first that is no http or https URL, and for a file that names none
 */
export async function readSeeds(
  operands: readonly string[],
  seedsFile: string | undefined,
  stdin: NodeJS.ReadableStream,
): Promise<string[]> {
  const seeds = operands.map((seed) => checkedSeed(seed, "The seed"));
  if (seedsFile === undefined) return seeds;
  const called = seedsFile === "-" ? "standard input" : quoted(seedsFile).slice(1, -1);
  const lines = (await readSeedsFile(seedsFile, stdin)).replace(/^\ufeff/, "").split(/\r\n|\r|\n/);
  const before = seeds.length;
  for (const [index, line] of lines.entries()) {
    const seed = line.trim();
    if (seed === "" || seed.startsWith("#")) continue;
    seeds.push(checkedSeed(seed, `${called}, line ${index + 1}: the seed`));
  }
  if (seeds.length === before) {
    throw new UsageError("no_seeds", `--seeds got ${called}, but it names no URL.`);
  }
  return seeds;
}

/** Whether every seed is at a loopback address, by its name. False for none. */
export function areLoopback(seeds: readonly string[]): boolean {
  return (
    seeds.length > 0 &&
    seeds.every((seed) => isLoopbackHost(hostNameOf(canonicalUrl(seed) ?? seed)))
  );
}

/** Completes "cannot read X: ...". */
export function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : null;
  switch (code) {
    case "ENOENT":
      return "there is no such file";
    case "EACCES":
    case "EPERM":
      return "permission denied";
    case "EISDIR":
      return "it is a folder";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

async function readSeedsFile(file: string, stdin: NodeJS.ReadableStream): Promise<string> {
  try {
    return file === "-" ? await readAll(stdin) : readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(
      "seeds_unreadable",
      `--seeds cannot read ${file === "-" ? "standard input" : quoted(file)}: ${whyUnreadable(error)}.`,
      { cause: error },
    );
  }
}

// RFC 6761 section 6.3 gives all of localhost's names to the loopback interface.
function isLoopbackHost(hostName: string): boolean {
  if (hostName === "localhost" || hostName.endsWith(".localhost") || hostName === "[::1]")
    return true;
  return isIP(hostName) === 4 && hostName.startsWith("127.");
}

/**
 * A URL as the user wrote it, canonical; one with a user name or password stays as it was written.
 * @throws UsageError that begins with `called` and tells what is wrong
 */
export function checkedSeed(written: string, called: string): string {
  const seed = written.trim();
  const canonical = canonicalUrl(seed);
  if (canonical !== null) return credentialsOf(seed) === null ? canonical : seed;
  throw new UsageError("bad_seed", `${called} ${quoted(seed)} ${whatIsWrong(seed)}`);
}

// What stands before a port, path or the end where a scheme was left out.
const BARE_HOST =
  /^(?:(?:[\p{L}\p{N}-]+\.)+[\p{L}\p{N}-]{2,}|(?:\d+\.){3}\d+|localhost|\[[\da-f:]+\])(?::\d+)?(?:[/?#]|$)/iu;

function whatIsWrong(seed: string): string {
  if (seed.length > MAX_URL_CHARS) {
    return `is ${seed.length} characters long, but a URL may have at most ${MAX_URL_CHARS}.`;
  }
  if (seed === "-") return "is not a URL: to read seeds from standard input, write --seeds -.";
  if (BARE_HOST.test(seed)) {
    const scheme = /^(?:localhost|127\.|\[)/i.test(seed) ? "http" : "https";
    const complete = `${scheme}://${seed}`;
    if (canonicalUrl(complete) !== null) {
      return `has no scheme: did you mean ${quoted(complete).slice(1, -1)}?`;
    }
  }
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(seed)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "http" && scheme !== "https") {
    return `has the scheme ${scheme}, but takes http:// or https://.`;
  }
  return "is not a URL: it takes one such as https://example.com/.";
}

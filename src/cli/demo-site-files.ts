/** The demo site as it lies on disk: a folder of files and its `site.json`. */
import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { z } from "zod";
import { UsageError, WebspoolError } from "../errors.ts";

/** How one path differs from what its file would answer. */
const PathRule = z.strictObject({
  status: z.int().min(200).max(599).optional().describe("status to answer with; 200 by default"),
  location: z
    .string()
    .startsWith("/")
    .optional()
    .describe("where a 3xx leads: a path of this site"),
  file: z.string().startsWith("/").optional().describe("the file whose content is the body"),
  delayMs: z.int().min(0).max(60_000).optional().describe("how long the answer is held back"),
  headers: z.record(z.string(), z.string()).optional().describe("headers to add or to replace"),
});

/** What `site.json` says; any other key is an error. */
const SiteDescription = z.strictObject({
  notFound: z.string().startsWith("/").describe("the file that is the body of every 404"),
  paths: z.record(z.string().startsWith("/"), PathRule).describe("rules by exact path, no query"),
});

export type PathRule = z.infer<typeof PathRule>;
type SiteDescription = z.infer<typeof SiteDescription>;

export interface SourceFile {
  readonly content: Buffer;
  readonly mtimeMs: number;
}

export interface DemoSite extends SiteDescription {
  /** By URL path, such as `/journal/index.html`; `site.json` itself is not among them. */
  readonly files: ReadonlyMap<string, SourceFile>;
}

const DESCRIPTION_FILE = "/site.json";

/**
 * The folder of the bundled site. The package root is not equally far from the sources and from
 * `dist/`, so the nearest folder above that holds the site is taken.
 *
 * @throws WebspoolError `demo_site_missing` when the installation lacks the bundled site
 */
export function findDemoSite(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, "data", "demo-site");
    if (existsSync(join(candidate, DESCRIPTION_FILE))) return candidate;
    if (folder === dirname(folder)) break;
  }
  throw new WebspoolError(
    "demo_site_missing",
    "The demo site (data/demo-site) is missing from this installation: install webspool again.",
  );
}

/**
 * Reads the whole site into memory.
 *
 * @throws UsageError `demo_site` when the folder or its `site.json` cannot be read or is wrong
 */
export async function readDemoSite(siteFolder: string): Promise<DemoSite> {
  const description = await readDescription(siteFolder);
  const files = await readFiles(siteFolder);
  for (const file of filesNamedIn(description)) {
    if (!files.has(file)) {
      throw new UsageError(
        "demo_site",
        `${siteFolder} has no file ${file}, which site.json names.`,
      );
    }
  }
  return { ...description, files };
}

async function readDescription(siteFolder: string): Promise<SiteDescription> {
  const file = join(siteFolder, DESCRIPTION_FILE);
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw new UsageError("demo_site", `${file} cannot be read: ${messageOf(cause)}.`, { cause });
  }
  const parsed = SiteDescription.safeParse(json);
  if (!parsed.success) {
    throw new UsageError("demo_site", `${file} is wrong: ${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}

function filesNamedIn({ notFound, paths }: SiteDescription): string[] {
  return [notFound, ...Object.values(paths).flatMap(({ file }) => file ?? [])];
}

/** The folder's regular files by URL path; symbolic links are left out, as they may lead outside. */
async function readFiles(siteFolder: string): Promise<Map<string, SourceFile>> {
  const files = new Map<string, SourceFile>();
  for (const entry of await readdir(siteFolder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = `/${relative(siteFolder, file).split(sep).join("/")}`;
    if (path === DESCRIPTION_FILE) continue;
    files.set(path, { content: await readFile(file), mtimeMs: (await stat(file)).mtimeMs });
  }
  return files;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

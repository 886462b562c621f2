/** Where a path stands among the folders of its host. */

/** The folders a path is in, outermost first, without the root, at most `most`: `/a/b/c` is in `/a/` and `/a/b/`. */
export function foldersOf(path: string, most: number): string[] {
  const folders: string[] = [];
  for (
    let slash = path.indexOf("/", 1);
    slash !== -1 && folders.length < most;
    slash = path.indexOf("/", slash + 1)
  ) {
    folders.push(path.slice(0, slash + 1));
  }
  return folders;
}

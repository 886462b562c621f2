/** Names for columns of an answer, each its own: an object has one value for a name. */

/** `url, url` -> `url, url_2`, by the letters alone: for many readers URL and url are one. */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let nth = 2; taken.has(unique.toLowerCase()); nth += 1) unique = `${name}_${nth}`;
    taken.add(unique.toLowerCase());
    return unique;
  });
}

/** What a link's own rel says of following it. */

const NOT_TO_FOLLOW: ReadonlySet<string> = new Set(["nofollow", "ugc", "sponsored"]);

/**
 * Whether a link's rel says that its author does not vouch for it: `nofollow` (HTML Standard 4.6.7.12),
 * or one of the two kinds of it that Google named in 2019 ("Qualify your outbound links").
 *
 * @param rel lower case and folded, as a link has it; null when it has none
 */
export function asksNotToFollow(rel: string | null): boolean {
  return rel !== null && rel.split(" ").some((token) => NOT_TO_FOLLOW.has(token));
}

/** Known URLs that a user may have meant by one that is not known. */
import type { UrlNeighbours } from "../storage/index.ts";
import { canonicalUrl, originOf } from "../url/index.ts";

const MOST = 5;
const INDEX_PAGES = ["index.html", "index.htm", "index.php"];

/**
 * With or without the slash at the end, an index page, "www.", the query; http for https; upper for
 * lower case.
 * @param url canonical
 */
export function nearMisses(url: string, neighbours: UrlNeighbours): string[] {
  const found = new Set<string>();
  for (const origin of origins(url)) {
    const urls = paths(url.slice(originOf(url).length)).map((path) => origin + path);
    for (const known of neighbours.withOtherCase(origin, urls)) found.add(known);
  }
  return [...found].slice(0, MOST);
}

/** The URL's own origin first: what differs least is most likely meant. */
function origins(url: string): string[] {
  const own = originOf(url);
  const [scheme = "", host = ""] = own.split("://");
  const otherHost = host.startsWith("www.") ? host.slice(4) : `www.${host}`;
  const otherScheme = scheme === "http" ? "https" : "http";
  const written = [
    own,
    `${otherScheme}://${host}`,
    `${scheme}://${otherHost}`,
    `${otherScheme}://${otherHost}`,
  ];
  // An address has no "www.", and a port may be the other scheme's own.
  const known = written.flatMap((origin) => canonicalUrl(`${origin}/`) ?? []);
  return [...new Set(known.map(originOf))];
}

function paths(pathAndQuery: string): string[] {
  const question = pathAndQuery.indexOf("?");
  const path = question === -1 ? pathAndQuery : pathAndQuery.slice(0, question);
  const query = question === -1 ? "" : pathAndQuery.slice(question);
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const last = path.slice(folder.length);
  const variants = [path];
  if (last === "") {
    if (path !== "/") variants.push(path.slice(0, -1));
    variants.push(...INDEX_PAGES.map((page) => path + page));
  } else {
    variants.push(`${path}/`);
    if (INDEX_PAGES.includes(last.toLowerCase())) variants.push(folder);
  }
  return query === "" ? variants : [...variants.map((variant) => variant + query), ...variants];
}

/**
 * The links and facts of a page as parse5's tree has them: the reference that our scanner and our
 * crawls are compared with. Written independently of src/parsing and src/url on purpose.
 */
import { html, parse } from "parse5";
import type { DefaultTreeAdapterTypes } from "parse5";

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

export interface ReferenceLink {
  readonly kind: string;
  /** As it stands in the page, entities decoded. */
  readonly reference: string;
  readonly rel: string | null;
  readonly hreflang: string | null;
  /** Text or alt, as it stands in the tree; null where the kind has none. */
  readonly anchor: string | null;
}

export interface ReferencePage {
  readonly title: string | null;
  readonly description: string | null;
  readonly lang: string | null;
  readonly canonical: string | null;
  readonly base: string | null;
  readonly robots: string | null;
  readonly links: ReferenceLink[];
}

export function parse5Page(text: string): ReferencePage {
  const page = {
    title: null as string | null,
    description: null as string | null,
    lang: null as string | null,
    canonical: null as string | null,
    base: null as string | null,
    robots: null as string | null,
    links: [] as ReferenceLink[],
  };
  for (const element of elements(parse(text, { scriptingEnabled: false }))) {
    const get = (name: string): string | null => attribute(element, name);
    const lower = (name: string): string => (get(name) ?? "").toLowerCase();
    if (element.namespaceURI === html.NS.HTML) {
      if (element.tagName === "title") page.title ??= fold(textOf(element));
      if (element.tagName === "html") page.lang ??= get("lang");
      if (element.tagName === "base") page.base ??= get("href");
      if (element.tagName === "meta" && get("content") !== null) {
        const content = fold(get("content") ?? "");
        if (lower("name") === "description") page.description ??= content;
        if (lower("name") === "robots")
          page.robots = [page.robots ?? [], content].flat().join(", ");
      }
      if (element.tagName === "link" && words(lower("rel")).includes("canonical")) {
        page.canonical ??= get("href")?.trim() || null;
      }
    }
    page.links.push(...linksOf(element));
  }
  return page;
}

function linksOf(element: Element): ReferenceLink[] {
  const get = (name: string): string | null => attribute(element, name);
  const rel = words((get("rel") ?? "").toLowerCase()).join(" ") || null;
  const hreflang = get("hreflang");
  const plain = { rel: null, hreflang: null, anchor: null };
  const from = (kind: string, name: string, more: Partial<ReferenceLink> = {}): ReferenceLink[] => {
    const reference = get(name);
    const empty = reference === null || (kind !== "a" && kind !== "area" && !reference.trim());
    return empty ? [] : [{ ...plain, ...more, kind, reference }];
  };
  if (element.namespaceURI !== html.NS.HTML) {
    // parse5 calls xlink:href "href" with a prefix, and so finds either.
    return element.tagName === "a"
      ? from("a", "href", { rel, hreflang, anchor: textOf(element) })
      : [];
  }
  const alt = get("alt");
  const srcset = candidates(get("srcset") ?? "").map((reference) => ({
    ...plain,
    kind: "img",
    reference,
    anchor: element.tagName === "img" ? alt : null,
  }));
  switch (element.tagName) {
    case "a":
      return from("a", "href", { rel, hreflang, anchor: textOf(element) });
    case "area":
      return from("area", "href", { rel, hreflang, anchor: alt });
    case "img":
      return [...from("img", "src", { anchor: alt }), ...srcset];
    case "source":
      return [...from("other", "src"), ...srcset];
    case "iframe":
    case "frame":
    case "script":
      return from(element.tagName, "src");
    case "audio":
    case "embed":
    case "track":
      return from("other", "src");
    case "video":
      return [...from("other", "src"), ...from("other", "poster")];
    case "object":
      return from("other", "data");
    case "input":
      return (get("type") ?? "").toLowerCase() === "image"
        ? from("other", "src", { anchor: alt })
        : [];
    case "meta":
      return (get("http-equiv") ?? "").toLowerCase() === "refresh" ? refresh(get("content")) : [];
    case "link": {
      const kinds = ["stylesheet", "canonical", "alternate", "next", "prev"];
      const kind = kinds.find((name) => rel?.split(" ").includes(name)) ?? "other";
      return rel === null ? [] : from(kind, "href", { rel, hreflang });
    }
    default:
      return [];
  }
}

/** The shared declarative refresh steps of the HTML Standard (4.2.5.3), one after the other. */
function refresh(content: string | null): ReferenceLink[] {
  let rest = (content ?? "").trimStart();
  if (!/^[\d.]/.test(rest)) return [];
  rest = rest.replace(/^[\d.]+/, "");
  if (!/^[;,\s]/.test(rest)) return [];
  rest = rest.trimStart().replace(/^[;,]/, "").trimStart();
  rest = rest.replace(/^url\s*=\s*/i, "");
  const quote = rest.charAt(0);
  const reference = quote === '"' || quote === "'" ? (rest.split(quote)[1] ?? "") : rest;
  if (reference.trim() === "") return [];
  return [{ kind: "other", reference, rel: "refresh", hreflang: null, anchor: null }];
}

/** The URLs of image candidates (HTML Standard, 4.8.4.2.4), their descriptors passed over unread. */
function candidates(srcset: string): string[] {
  const urls: string[] = [];
  let rest = srcset;
  for (;;) {
    rest = rest.replace(/^[\t\n\f\r ,]+/, "");
    const written = /^[^\t\n\f\r ]+/.exec(rest)?.[0];
    if (written === undefined) return urls;
    rest = rest.slice(written.length);
    urls.push(written.replace(/,+$/, ""));
    if (!written.endsWith(",")) rest = rest.replace(/^(?:[^,(]|\([^)]*\)?)*/, "");
  }
}

/** In document order, without recursion: hostile pages are deep. Template contents are not walked. */
function* elements(root: Node): Generator<Element> {
  const stack: Node[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if ("tagName" in node) yield node;
    if ("childNodes" in node) for (const child of node.childNodes.toReversed()) stack.push(child);
  }
}

function attribute(element: Element, name: string): string | null {
  return element.attrs.find((attr) => attr.name === name)?.value ?? null;
}

function textOf(element: Element): string {
  let text = "";
  const stack: Node[] = [element];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.nodeName === "#text" && "value" in node) text += node.value;
    else if ("childNodes" in node && !["script", "style"].includes(node.nodeName)) {
      for (const child of node.childNodes.toReversed()) stack.push(child);
    }
  }
  return text;
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

function fold(text: string): string {
  return words(text).join(" ");
}

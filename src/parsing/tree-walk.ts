/** What structured data needs of a tree: its elements in document order, and their text. No cheerio. */
import type { ElementType } from "htmlparser2";
import type { Tree } from "./build-tree.ts";

export type TreeNode = Tree["children"][number];
export type TreeElement = Extract<TreeNode, { attribs: Record<string, string> }>;

/** The elements of a tree in document order; only those called `name`, where one is given. */
export function elementsOf(tree: Tree, name: string | null = null): TreeElement[] {
  const found: TreeElement[] = [];
  const waiting: TreeNode[] = tree.children.toReversed();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (!("attribs" in node)) continue;
    if (name === null || node.name === name) found.push(node);
    const { children } = node;
    for (let at = children.length - 1; at >= 0; at -= 1) waiting.push(children[at] as TreeNode);
  }
  return found;
}

/** Not from htmlparser2 itself, which is not loaded for that. */
const TEXT = "text" as ElementType.ElementType.Text;

/** The text in a node, as it stands in the page; that of comments does not count. */
export function textOf(node: TreeNode): string {
  if ("attribs" in node) return node.children.map(textOf).join("");
  return node.type === TEXT ? node.data : "";
}

/** Where elements end whose content is not markup (HTML Standard, 13.2.5.2 to 13.2.5.31). */

const END_TAGS = new Map<string, RegExp>();

/** Where the end tag of the raw or escapable raw text at `from` begins, or the text's end. */
export function rawTextEnd(text: string, from: number, name: string): number {
  let endTag = END_TAGS.get(name);
  if (endTag === undefined) {
    endTag = new RegExp(String.raw`</${name}[\t\n\f\r />]`, "gi");
    END_TAGS.set(name, endTag);
  }
  return findFrom(endTag, text, from)?.index ?? text.length;
}

const IN_SCRIPT = /<!--|<\/script[\t\n\f\r />]/gi;
const IN_ESCAPED = /-->|<\/?script[\t\n\f\r />]/gi;
const IN_DOUBLE_ESCAPED = /-->|<\/script[\t\n\f\r />]/gi;

/**
 * Where the end tag of the script at `from` begins, or the text's end. After `<!--` a script is
 * escaped until `-->`, and `<script` in it escapes twice: the next `</script>` ends only that.
 */
export function scriptEnd(text: string, from: number): number {
  let state = IN_SCRIPT;
  let position = from;
  for (;;) {
    const match = findFrom(state, text, position);
    if (match === null) return text.length;
    const found = match[0];
    if (found === "<!--") {
      state = IN_ESCAPED;
      // Its own two dashes may belong to the end, as in "<!-->".
      position = match.index + 2;
    } else if (found === "-->") {
      state = IN_SCRIPT;
      position = match.index + 3;
    } else if (state === IN_DOUBLE_ESCAPED) {
      state = IN_ESCAPED;
      position = match.index + found.length;
    } else if (found.startsWith("</")) {
      return match.index;
    } else {
      state = IN_DOUBLE_ESCAPED;
      position = match.index + found.length;
    }
  }
}

function findFrom(pattern: RegExp, text: string, from: number): RegExpExecArray | null {
  pattern.lastIndex = from;
  return pattern.exec(text);
}

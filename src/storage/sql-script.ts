/**
 * SQL as a text of several statements: where each begins and ends, what its comments and parameters
 * are. SQLite itself tells no parameter names to a reader, and takes one statement at a time.
 */

/** A statement of a script, or what stands after its last `;`. */
export interface ScriptStatement {
  /** Without the `;`, from its first word to its last; empty where only comments stand. */
  readonly sql: string;
  /** Line of its first word, from 1; of its first comment where it has no word. */
  readonly line: number;
  /** Whether a `;` ends it. */
  readonly ended: boolean;
  readonly comments: readonly ScriptComment[];
  /** Names of its `:name`, `@name` and `$name`, each once; a `?` is in here as it stands. */
  readonly parameters: readonly string[];
}

/** A comment `-- text`; those of the form of C are none of these. */
export interface ScriptComment {
  /** What follows the dashes, without space around it. */
  readonly text: string;
  readonly line: number;
  /** It stands after the first word of its statement. */
  readonly within: boolean;
}

// As in SQLite's tokenizer: quotes are doubled within themselves, a comment of C may lack its end, a name
// can have any letter. What is none of these is one character of something else.
const TOKENS =
  /(?<comment>--[^\n]*)|(?<block>\/\*[\s\S]*?(?:\*\/|$))|(?<space>\s+)|(?<end>;)|(?<parameter>[:@$][\p{L}\p{N}_$]+|\?\d*)|'[^']*(?:''[^']*)*'|"[^"]*(?:""[^"]*)*"|`[^`]*(?:``[^`]*)*`|\[[^\]]*\]|[\p{L}\p{N}_$]+|[^]/gu;

/** Splits a script at each `;` that is in no text, name or comment. No statement is empty of both word and comment. */
export function splitScript(script: string): ScriptStatement[] {
  const statements: ScriptStatement[] = [];
  let begun = new BegunStatement();
  let line = 1;
  for (const match of script.matchAll(TOKENS)) {
    const [token] = match;
    const { comment, block, space, end, parameter } = match.groups ?? {};
    if (comment !== undefined) begun.addComment(comment.slice(2).trim(), line);
    else if (end !== undefined) {
      statements.push(begun.statement(script, true));
      begun = new BegunStatement();
    } else if (block === undefined && space === undefined) {
      begun.addWord({ at: match.index, end: match.index + token.length, line });
      if (parameter !== undefined) begun.parameters.add(parameter.replace(/^[:@$]/, ""));
    }
    line += token.split("\n").length - 1;
  }
  statements.push(begun.statement(script, false));
  return statements.filter(({ sql, comments }) => sql !== "" || comments.length > 0);
}

/** A statement whose end has not come yet. */
class BegunStatement {
  readonly parameters = new Set<string>();
  readonly #comments: ScriptComment[] = [];
  #from: number | null = null;
  #to = 0;
  #line = 0;

  addComment(text: string, line: number): void {
    this.#comments.push({ text, line, within: this.#from !== null });
  }

  addWord({ at, end, line }: { at: number; end: number; line: number }): void {
    if (this.#from === null) this.#line = line;
    this.#from ??= at;
    this.#to = end;
  }

  statement(script: string, ended: boolean): ScriptStatement {
    return {
      sql: this.#from === null ? "" : script.slice(this.#from, this.#to),
      line: this.#from === null ? (this.#comments[0]?.line ?? 0) : this.#line,
      ended,
      comments: this.#comments,
      parameters: [...this.parameters],
    };
  }
}

/** Prometheus' text format, read by a parser that takes nothing but what is allowed. */
import assert from "node:assert/strict";

export interface PrometheusText {
  readonly types: ReadonlyMap<string, string>;
  /** By name and labels as written. */
  readonly values: ReadonlyMap<string, number>;
  readonly labels: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"/y;

/**
 * Fails for what https://prometheus.io/docs/instrumenting/exposition_formats/ does not allow, and for what
 * https://prometheus.io/docs/practices/naming/ advises against.
 */
export function parsePrometheusText(text: string): PrometheusText {
  const types = new Map<string, string>();
  const values = new Map<string, number>();
  const labels = new Map<string, Record<string, string>>();
  const helped = new Set<string>();
  let family = "";
  assert.ok(text.endsWith("\n"), "the last line ends with a line feed");
  for (const line of text.slice(0, -1).split("\n")) {
    const help = /^# HELP ([a-zA-Z_:][\w:]*) (?:[^\\]|\\[\\n])+$/.exec(line);
    const type = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge)$/.exec(line);
    if (help?.[1] !== undefined) {
      assert.ok(!helped.has(help[1]), `one HELP for ${help[1]}`);
      helped.add(help[1]);
    } else if (type?.[1] !== undefined) {
      family = type[1];
      assert.ok(helped.has(family), `HELP before TYPE of ${family}`);
      assert.ok(!types.has(family), `one TYPE for ${family}, its samples together`);
      types.set(family, type[2] ?? "");
    } else {
      const sample = /^([a-zA-Z_:][\w:]*)\{(.*)\} (\S+)$/.exec(line);
      assert.ok(sample, `a sample: ${line}`);
      const [, name = "", pairs = "", number = ""] = sample;
      assert.equal(name, family, "samples follow their own TYPE");
      assert.match(number, /^(?:-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|\+Inf|-Inf|NaN)$/);
      assert.ok(!values.has(`${name}{${pairs}}`), `one sample of ${name}{${pairs}}`);
      values.set(`${name}{${pairs}}`, Number(number));
      labels.set(`${name}{${pairs}}`, labelsOf(pairs));
    }
  }
  for (const [name, type] of types) {
    assert.equal(name.endsWith("_total"), type === "counter", `counters end in _total: ${name}`);
  }
  return { types, values, labels };
}

function labelsOf(pairs: string): Record<string, string> {
  const found: Record<string, string> = {};
  LABEL.lastIndex = 0;
  for (let match = LABEL.exec(pairs); match !== null; match = LABEL.exec(pairs)) {
    const [, name = "", value = ""] = match;
    assert.ok(!(name in found), `label ${name} once`);
    found[name] = value.replaceAll(/\\(.)/g, (_, escaped: string) =>
      escaped === "n" ? "\n" : escaped,
    );
    if (LABEL.lastIndex === pairs.length) return found;
    assert.equal(pairs[LABEL.lastIndex], ",");
    LABEL.lastIndex += 1;
  }
  return assert.fail(`labels: ${pairs}`);
}

/** The value of a metric by its labels other than `db`. */
export function valueOf(
  parsed: PrometheusText,
  name: string,
  of: Readonly<Record<string, string>> = {},
): unknown {
  for (const [key, { db: _db, ...labels }] of parsed.labels) {
    if (!key.startsWith(`${name}{`)) continue;
    if (JSON.stringify(labels) === JSON.stringify(of)) return parsed.values.get(key);
  }
  return undefined;
}

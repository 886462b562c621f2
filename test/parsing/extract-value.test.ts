/** From texts in pages to numbers, dates and the other types. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { jsonValue, typedValue } from "../../src/parsing/extract-value.ts";
import { readDate } from "../../src/parsing/read-date.ts";
import { readNumber } from "../../src/parsing/read-number.ts";

function resolve(reference: string): string | null {
  return reference.startsWith("/") ? `http://h.test${reference}` : null;
}

void describe("readNumber", () => {
  const cases: [text: string, number: number | null, decimal?: "." | ","][] = [
    ["12", 12],
    ["-3.5", -3.5],
    ["−3,5 °C", -3.5],
    ["€ 1.234,50", 1234.5],
    ["$1,234.50", 1234.5],
    ["1 234 567,8", 1234567.8],
    ["1\u00a0234,5", 1234.5],
    ["CHF 1'234.50", 1234.5],
    ["12,5", 12.5],
    ["1,234", 1234],
    ["1,234", 1.234, ","],
    ["1.234", 1.234],
    ["1.234", 1234, ","],
    ["0,123", 0.123],
    ["1,23,456", 123456],
    ["EUR 1.249,-", 1249],
    ["1,249.–", 1249],
    ["12,-", 12],
    ["1.234.567", 1234567],
    ["1.2.3", null],
    ["1,2,3", null],
    ["price: 5.", 5],
    [".5", 0.5],
    ["2e3", 2000],
    ["SKU-123", 123],
    ["4 of 5", 4],
    ["100 200 3000", 100200],
    ["none", null],
    ["", null],
    ["9".repeat(400), null],
  ];
  for (const [text, number, decimal] of cases) {
    test(`${text.slice(0, 20)}${decimal === undefined ? "" : ` with ${decimal}`}`, () => {
      assert.equal(readNumber(text.replaceAll("\u00a0", " "), decimal ?? null), number);
    });
  }
});

void describe("readDate", () => {
  const cases: [text: string, date: string | null][] = [
    ["2026-11-21", "2026-11-21"],
    ["2026-11-21T12:34:56Z", "2026-11-21T12:34:56.000Z"],
    ["2026-11-21 12:34", "2026-11-21T12:34:00.000Z"],
    ["2026-11-21T12:34:56.7891+02:00", "2026-11-21T10:34:56.789Z"],
    ["2026-11-21T23:30:00-0130", "2026-11-22T01:00:00.000Z"],
    ["Sat, 21 Nov 2026 12:34:56 GMT", "2026-11-21T12:34:56.000Z"],
    ["21 Nov 2026 12:34:56 +0100", "2026-11-21T11:34:56.000Z"],
    ["21 November 2026", "2026-11-21"],
    ["21st Sept. 2026", "2026-09-21"],
    ["November 21, 2026", "2026-11-21"],
    ["2024-02-29", "2024-02-29"],
    ["2026-02-29", null],
    ["2026-13-01", null],
    ["2026-11-21T25:00", null],
    ["03/04/2026", null],
    ["yesterday", null],
    ["foo 1", null],
  ];
  for (const [text, date] of cases) {
    test(text, () => {
      const read = readDate(text);
      assert.equal(read?.text ?? null, date);
      if (read !== null) assert.equal(read.ms, Date.parse(read.text));
    });
  }
});

void describe("typedValue", () => {
  const rule = { decimal: null, attribute: null };

  test("keeps a text that is not of its type, with what is wrong", () => {
    for (const [type, error] of [
      ["number", "is no number"],
      ["integer", "is no number"],
      ["boolean", "is neither true nor false"],
      ["date", "is no date"],
      ["url", "is no http or https URL"],
    ] as const) {
      assert.deepEqual(typedValue(" on \n request ", { ...rule, type }, resolve), {
        value: "on request",
        type,
        number: null,
        error,
      });
    }
    assert.equal(
      typedValue("1.5", { ...rule, type: "integer" }, resolve).error,
      "is no whole number",
    );
  });

  test("gives booleans, dates and URLs one form", () => {
    assert.deepEqual(
      ["Yes", "0", "/x", "21 Nov 2026"].map((text, at) => {
        const type = (["boolean", "boolean", "url", "date"] as const)[at] ?? "string";
        const { value, number } = typedValue(text, { ...rule, type }, resolve);
        return [value, number];
      }),
      [
        ["true", 1],
        ["false", 0],
        ["http://h.test/x", null],
        ["2026-11-21", Date.UTC(2026, 10, 21)],
      ],
    );
  });

  test("gives JSON without white space, or what is wrong with it", () => {
    assert.equal(
      typedValue(' {"a" : [1, 2]} ', { ...rule, type: "json" }, resolve).value,
      '{"a":[1,2]}',
    );
    assert.match(jsonValue("{a}").error ?? "", /^is no JSON: /);
    assert.match(jsonValue("[".repeat(100_000) + "]".repeat(100_000)).error ?? "", /^is /);
  });
});

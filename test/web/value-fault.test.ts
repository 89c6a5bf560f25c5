import { expect, it } from "vitest";
import { fieldsOf, formOf } from "../../web/lib/form-fields.ts";
import { patternFault } from "../../web/lib/pattern-fault.ts";
import { valueFault } from "../../web/lib/value-fault.ts";

it.each([
  [{ minLength: 3 }, "😀a", "Is shorter than 3 characters"],
  [{ maxLength: 1 }, "😀", null],
  [{ maxLength: 1 }, "ab", "Is longer than 1 character"],
  [{ minimum: 1 }, 0, "Is less than 1"],
  [{ maximum: 9 }, 10, "Is more than 9"],
  [{ exclusiveMinimum: 1 }, 1, "Has to be more than 1"],
  [{ exclusiveMaximum: 9 }, 9, "Has to be less than 9"],
  [{ multipleOf: 5 }, 12, "Is not a multiple of 5"],
  [{ enum: ["low", 1] }, "high", "Is none of what may be chosen"],
  [{ enum: ["low", 1] }, 1, null],
  [{ const: "yes" }, "no", 'Has to be "yes"'],
  [{ enum: [{ a: 1 }] }, { a: 2 }, null],
  [{ minimum: 1, pattern: "x" }, true, null],
])("%j of %j: %s", (schema, value, fault) => {
  expect(valueFault(schema, value)).toBe(fault);
});

it("a pattern is checked where the page can be sure, at once, and means what the server means", () => {
  const wrong = (pattern: string) => `Has to match ${pattern}`;
  expect(patternFault("^OPS-[0-9]+$", "4711")).toBe(wrong("^OPS-[0-9]+$"));
  expect(patternFault("^OPS-[0-9]+$", "OPS-4711")).toBeNull();
  expect(patternFault("^(low|high)-\\d{1,3}$", "mid-7")).toBe(wrong("^(low|high)-\\d{1,3}$"));
  // No regular expression of a browser.
  expect(patternFault("(?i)ops", "x")).toBeNull();
  // What each engine calls a space or a letter differs.
  expect(patternFault("^\\S+$", "a\u00a0b")).toBeNull();
});

it("a pattern that could keep the page busy is the server's", () => {
  const traps = ["^(a+)+$", "^(a|a)*$", "^a*a*a*a*a*a*$", `^${"a?".repeat(30)}${"a".repeat(30)}$`];
  for (const trap of traps) expect(patternFault(trap, `${"a".repeat(60)}!`)).toBeNull();
});

it("a field has to satisfy what every policy says of it", () => {
  const of = (property: object) => ({ type: "object", properties: { size: property } });
  const fields = fieldsOf([of({ type: "integer", minimum: 2 }), of({ type: "integer", maximum: 5 })]) ?? [];
  expect(formOf(fields, { size: "1" }).faults).toEqual({ size: "Is less than 2" });
  expect(formOf(fields, { size: "6" }).faults).toEqual({ size: "Is more than 5" });
  expect(formOf(fields, { size: "3" })).toEqual({ form: { size: 3 }, faults: {} });
});

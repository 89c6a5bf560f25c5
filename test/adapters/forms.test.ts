import { describe, expect, it } from "vitest";
import { createForms } from "../../src/adapters/forms/forms.ts";

const forms = createForms();
const faults = (schema: object, value: unknown) =>
  forms.faults(JSON.stringify(schema), JSON.stringify(value));

const change = {
  $schema: "http://json-schema.org/draft-07/schema#",
  type: "object",
  properties: {
    ticket: { type: "string", pattern: "^CHG-[0-9]+$" },
    risk: { enum: ["low", "high"] },
    plan: { $ref: "#/$defs/plan" },
    until: { type: "string", format: "date-time" },
  },
  required: ["ticket"],
  additionalProperties: false,
  $defs: { plan: { type: "object", properties: { minutes: { type: "integer", minimum: 1 } } } },
};

describe("a form", () => {
  it("that is filled in right has no faults", () => {
    expect(
      faults(change, { ticket: "CHG-7", risk: "low", plan: { minutes: 5 }, until: "2026-06-01T12:00:00Z" }),
    ).toEqual([]);
  });

  it("names each faulty field", () => {
    expect(faults(change, { ticket: "7" })).toEqual([
      { field: "form.ticket", message: 'must match pattern "^CHG-[0-9]+$"' },
    ]);
    expect(faults(change, { risk: "none", plan: { minutes: 0 }, wish: 1, until: "soon" })).toEqual([
      { field: "form.ticket", message: "is missing" },
      { field: "form.wish", message: "is no field of the form" },
      { field: "form.risk", message: "must be equal to one of the allowed values" },
      { field: "form.plan.minutes", message: "must be >= 1" },
      { field: "form.until", message: 'must match format "date-time"' },
    ]);
  });

  it("with a pattern that elsewhere would never end is checked at once", () => {
    const trap = { type: "object", properties: { text: { type: "string", pattern: "^(a+)+$" } } };
    expect(faults(trap, { text: `${"a".repeat(50_000)}!` })).toEqual([
      { field: "form.text", message: 'must match pattern "^(a+)+$"' },
    ]);
    expect(faults(trap, { text: "a".repeat(50_000) })).toEqual([]);
  });

  it("with a pattern too large for a long text is refused with words, and the next text is checked again", () => {
    const large = { type: "object", properties: { text: { type: "string", pattern: "^(?:a?b?){900}$" } } };
    expect(faults(large, { text: "a".repeat(10_000) })).toEqual([
      { field: "form", message: "the text is too long for the pattern ^(?:a?b?){900}$" },
    ]);
    expect(faults(large, { text: "abba" })).toEqual([]);
  });

  it("whose patterns are too large, or need more than linear time, is no form", () => {
    const withPatterns = (...patterns: string[]) =>
      forms.schemaFault(JSON.stringify({ type: "object", allOf: patterns.map((pattern) => ({ pattern })) }));
    expect(withPatterns("^(?:a?b?c?){900}$", "^\\p{L}{2,40} [\\w-]+$")).toBeNull();
    expect(
      withPatterns("^(?:a?){1000}(?:b?){1000}", "(?:c?){1000}(?:d?){1000}(?:e?){1000}(?:f?){1000}"),
    ).toBe(
      "the pattern (?:c?){1000}(?:d?){1000}(?:e?){1000}(?:f?){1000} is too large: it needs smaller counts",
    );
    for (const beyond of ["^(?!x)", "(?<=a)b", "(a)\\1", "a{1001}"])
      expect(withPatterns(beyond)).toMatch(/cannot be checked in linear time \(no look-around/);
  });

  it("that points elsewhere, or is no schema, is refused; nothing is fetched", () => {
    expect(forms.schemaFault('{"$ref":"https://example.com/schema.json"}')).toMatch(
      /can't resolve reference/,
    );
    expect(forms.schemaFault('{"type":"objekt"}')).not.toBeNull();
    expect(forms.schemaFault(JSON.stringify(change))).toBeNull();
  });
});

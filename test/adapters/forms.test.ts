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

  it("with a pattern that would never end is refused in a moment, and others are still checked", () => {
    const trap = { type: "object", properties: { text: { type: "string", pattern: "^(a+)+$" } } };
    const startedAt = performance.now();
    expect(faults(trap, { text: `${"a".repeat(50)}!` })).toEqual([
      { field: "form", message: "the pattern ^(a+)+$ takes too long to check: it needs a simpler one" },
    ]);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(faults(trap, { text: "aaa" })).toEqual([]);
  });

  it("that points elsewhere, or is no schema, is refused; nothing is fetched", () => {
    expect(forms.schemaFault('{"$ref":"https://example.com/schema.json"}')).toMatch(
      /can't resolve reference/,
    );
    expect(forms.schemaFault('{"type":"objekt"}')).not.toBeNull();
    expect(forms.schemaFault(JSON.stringify(change))).toBeNull();
  });
});

import { expect, it } from "vitest";
import { ApiProblem } from "../../web/api/errors.ts";
import { describeError } from "../../web/lib/describe-error.ts";
import { faultsOf, faultsOfShape, fieldLabel, placeFaults } from "../../web/lib/field-faults.ts";

const errors = [
  { field: "newPassword", message: "is one of those that are tried first" },
  { field: "emails.1", message: "ada@example.com belongs to somebody else" },
  { field: "form.window.from", message: 'must match format "date"' },
  { field: "window", message: "is not a known field" },
];
const invalid = new ApiProblem({
  type: "urn:x",
  title: "The request is not valid",
  status: 422,
  code: "invalid",
  detail: "newPassword: is one of those that are tried first; …",
  errors,
});

it("what the server finds wrong stands in a sentence at its field; what has no field is left over", () => {
  expect(placeFaults(faultsOf(invalid), ["newPassword", "emails", "form", "form.window"])).toEqual({
    faults: {
      newPassword: "It is one of those that are tried first.",
      emails: "Line 2: ada@example.com belongs to somebody else.",
      "form.window": 'from must match format "date".',
    },
    rest: [errors[3]],
  });
  expect(placeFaults(faultsOf(new Error("gone")), ["newPassword"]).faults).toEqual({});
});

it("what the page finds wrong reads the same", () => {
  expect(
    faultsOfShape([
      { path: ["name"], message: "is empty" },
      { path: ["name"], message: "is another thing" },
      { path: ["emails", 0], message: "is not an e-mail address" },
    ]),
  ).toEqual({ name: "It is empty.", emails: "Line 1 is not an e-mail address." });
});

it("a fault is told once: the detail, which says the same in names of the API, only where there is none", () => {
  expect(describeError(invalid)).toMatchObject({ detail: "", fields: errors });
  const bare = new ApiProblem({ ...invalid.problem, errors: [] });
  expect(describeError(bare).detail).toBe(invalid.problem.detail);
});

it("a field is called what the forms call it", () => {
  expect(["newPassword", "emails.3", "form.ticket", "query.limit"].map(fieldLabel)).toEqual([
    "New password",
    "Addresses in commits",
    "ticket",
    "query.limit",
  ]);
});

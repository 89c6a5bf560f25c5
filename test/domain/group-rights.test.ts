import { describe, expect, it } from "vitest";
import { rightsOf, type GroupMapping } from "../../src/domain/group-rights.ts";

const mapping: GroupMapping = {
  roles: { admins: "administrator", developers: "reviewer", staff: "viewer" },
  teams: { security: "security", developers: ["release", "web"] },
  withoutRole: "refuse",
};

describe("groups of an identity provider", () => {
  it("give the highest of their roles, whatever their order, and every team once", () => {
    const expected = { kind: "granted", role: "administrator", teams: ["release", "security", "web"] };
    expect(rightsOf(["staff", "security", "admins", "developers"], mapping)).toEqual(expected);
    expect(rightsOf(["developers", "admins", "security", "developers"], mapping)).toEqual(expected);
  });

  it("without a role refuse, or make a viewer, as the file says", () => {
    expect(rightsOf(["security"], mapping)).toEqual({ kind: "refused" });
    expect(rightsOf(["security"], { ...mapping, withoutRole: "viewer" })).toEqual({
      kind: "granted",
      role: "viewer",
      teams: ["security"],
    });
  });

  it("leave the role alone where the file gives no group a role", () => {
    expect(rightsOf(["security"], { ...mapping, roles: {} })).toMatchObject({ kind: "granted", role: null });
  });

  it("mean nothing by names that every object has", () => {
    expect(rightsOf(["constructor", "__proto__", "toString"], mapping)).toEqual({ kind: "refused" });
  });
});

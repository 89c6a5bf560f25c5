import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coAuthorsOf, namesOfPerson, uniteInvolved } from "../../src/domain/policy/involved.ts";
import {
  branchAndTag,
  isFor,
  openPolicy,
  provePolicy,
  type MatchFacts,
} from "../../src/domain/policy/match.ts";
import { matchesAll, neutralPart, type PolicyPart } from "../../src/domain/policy/policy.ts";
import { part } from "../support/policy.ts";

const account = "arn:aws:states:us-east-1:123456789012";
const facts: MatchFacts = {
  activityArn: `${account}:activity:po-approval`,
  stateMachineArn: `${account}:stateMachine:deploy`,
  repository: "acme/shop",
  branch: "main",
  tag: null,
};
const nothingKnown: MatchFacts = { ...facts, stateMachineArn: null, repository: null, branch: null };
const named = (name: string, match: Partial<PolicyPart["match"]>, rules: Partial<PolicyPart> = {}) =>
  part({ name, match: { ...matchesAll, ...match }, ...rules });
const open = (policies: readonly PolicyPart[], known: MatchFacts, mayHaveRecord = false) =>
  openPolicy({ policies, facts: known, asked: null, notes: [], mayHaveRecord });
const namesIn = (parts: readonly PolicyPart[]) => parts.map(({ name }) => name);

describe("what a policy is for", () => {
  it.each([
    [{}, true],
    [{ activity: ["po-approval"] }, true],
    [{ activity: [`${account}:activity:*`] }, true],
    [{ activity: ["other", "po-*"] }, true],
    [{ activity: ["approval"] }, false],
    [{ stateMachine: ["deploy"] }, true],
    [{ stateMachine: [`${account}:stateMachine:deploy`] }, true],
    [{ stateMachine: ["dep"] }, false],
    [{ repository: ["ACME/*"] }, true],
    [{ repository: ["acme/blog"] }, false],
    [{ branch: ["main"] }, true],
    [{ branch: ["Main"] }, false],
    [{ branch: ["ma*", "x"], repository: ["acme/shop"] }, true],
    [{ branch: ["main"], repository: ["acme/blog"] }, false],
    [{ tag: ["*"] }, false],
  ])("%j: %s", (match, isMatch) => {
    expect(isFor({ ...matchesAll, ...match }, facts)).toBe(isMatch);
  });

  it("a version or an alias of a state machine is that state machine", () => {
    const alias = { ...facts, stateMachineArn: `${account}:stateMachine:deploy:PROD` };
    expect(isFor({ ...matchesAll, stateMachine: ["deploy"] }, alias)).toBe(true);
  });

  it("a ref names a branch or a tag", () => {
    expect(branchAndTag("refs/heads/feature/x")).toEqual({ branch: "feature/x", tag: null });
    expect(branchAndTag("main")).toEqual({ branch: "main", tag: null });
    expect(branchAndTag("refs/tags/v1")).toEqual({ branch: null, tag: "v1" });
    expect(branchAndTag("refs/pull/7/merge")).toEqual({ branch: null, tag: null });
  });
});

describe("the policy of an approval", () => {
  const production = named("production", { stateMachine: ["deploy"] }, { required: 2 });
  const sandbox = named("sandbox", { repository: ["acme/sandbox"] });

  it("is the built-in one where nothing can match, and then nothing is waited for", () => {
    const policy = open([named("x", { activity: ["other"] })], nothingKnown, true);
    expect(namesIn(policy.parts)).toEqual(["built-in"]);
    expect(policy.needsProof).toBe(false);
  });

  it("waits for proof where its match depends on it, or where a record may name more people that it excludes", () => {
    expect(open([production], nothingKnown).needsProof).toBe(true);
    const excluding = named("all", {}, { exclude: { ...neutralPart.exclude, author: true } });
    expect(open([excluding], facts, true).needsProof).toBe(true);
    expect(open([excluding], facts, false).needsProof).toBe(false);
    expect(open([named("all", {})], facts, true).needsProof).toBe(false);
  });

  it("becomes what matches the proven execution, and the built-in one if nothing does", () => {
    const opened = open([production, sandbox], nothingKnown);
    expect(namesIn(provePolicy(opened, [facts]).parts)).toEqual(["production"]);
    const other = { ...facts, stateMachineArn: `${account}:stateMachine:other` };
    expect(namesIn(provePolicy(opened, [other]).parts)).toEqual(["built-in"]);
  });

  it("keeps what matched the input's claim, and adds what the record of the push matches: a lie makes it only stricter", () => {
    const claim = { ...facts, repository: "acme/sandbox" };
    const other = { ...facts, stateMachineArn: `${account}:stateMachine:other` };
    const opened = open([production, sandbox], { ...claim, stateMachineArn: null });
    expect(namesIn(opened.parts)).toEqual(["sandbox"]);
    expect(namesIn(provePolicy(opened, [claim, facts]).parts)).toEqual(["production", "sandbox"]);
    const lied = provePolicy(opened, [{ ...claim, stateMachineArn: other.stateMachineArn }, other]);
    expect(namesIn(lied.parts)).toEqual(["built-in", "sandbox"]);
  });

  it("never loses a rule of the file by being proven", () => {
    const anyMatch = fc.record({
      stateMachine: fc.constantFrom(null, ["deploy"], ["other"]),
      repository: fc.constantFrom(null, ["acme/*"], ["acme/sandbox"]),
      branch: fc.constantFrom(null, ["main"], ["try"]),
    });
    const anyBook = fc
      .array(anyMatch, { maxLength: 4 })
      .map((list) => list.map((match, index) => named(`p${index}`, match)));
    const anyFacts = fc.record({
      stateMachineArn: fc.constantFrom(
        null,
        `${account}:stateMachine:deploy`,
        `${account}:stateMachine:other`,
      ),
      repository: fc.constantFrom(null, "acme/shop", "acme/sandbox"),
      branch: fc.constantFrom(null, "main", "try"),
    });
    fc.assert(
      fc.property(
        anyBook,
        anyFacts,
        fc.array(anyFacts, { minLength: 1, maxLength: 2 }),
        (book, claim, told) => {
          const opened = open(book, { ...facts, ...claim });
          const proof = told.map((each) => ({ ...facts, ...each }));
          const proven = provePolicy(opened, proof);
          const kept = opened.parts.filter(({ name }) => name !== "built-in");
          for (const each of kept) expect(namesIn(proven.parts)).toContain(each.name);
          for (const each of book)
            if (proof.some((known) => isFor(each.match, known)))
              expect(namesIn(proven.parts)).toContain(each.name);
          expect(proven.parts.length).toBeGreaterThan(0);
          expect(proven.candidates).toEqual([]);
        },
      ),
    );
  });
});

describe("who was involved", () => {
  it("is told by addresses and logins in lower case, each once; GitHub's no-reply addresses name an account", () => {
    expect(uniteInvolved({ author: [" Ada@X.org ", "ada@x.org", ""] }, { author: ["ADA"] }).author).toEqual([
      "ada",
      "ada@x.org",
    ]);
    expect(namesOfPerson({ email: "583231+Octocat@users.noreply.github.com" })).toContain("Octocat");
    expect(namesOfPerson({ email: null, login: undefined })).toEqual([]);
  });

  it("co-authors are read from trailers, in any case, and never slowly", () => {
    const message =
      "Fix\n\nCo-Authored-By: Ada <ada@x.org>\nco-authored-by:Bob<bob@x.org>\nsee Co-authored-by: no";
    expect(coAuthorsOf(message)).toEqual(["ada@x.org", "bob@x.org"]);
    const startedAt = performance.now();
    coAuthorsOf(`co-authored-by:${" <".repeat(500_000)}`);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});

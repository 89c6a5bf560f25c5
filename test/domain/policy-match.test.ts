import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coAuthorsOf, namesOfPerson, uniteInvolved } from "../../src/domain/policy/involved.ts";
import { isSurelyFor, openPolicy, provePolicy } from "../../src/domain/policy/match.ts";
import {
  matchOf,
  refNamesOf,
  repositoryNamesOf,
  type MatchFacts,
} from "../../src/domain/policy/match-facts.ts";
import { matchesAll, neutralPart, type PolicyPart } from "../../src/domain/policy/policy.ts";
import { part } from "../support/policy.ts";

const account = "arn:aws:states:us-east-1:123456789012";
const facts: MatchFacts = {
  activityArn: `${account}:activity:po-approval`,
  stateMachineArn: `${account}:stateMachine:deploy`,
  repository: ["acme/shop"],
  ref: { branches: ["main"], tags: [] },
};
const nothingKnown: MatchFacts = { ...facts, stateMachineArn: null, repository: null, ref: null };
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
    expect(isSurelyFor({ ...matchesAll, ...match }, facts)).toBe(isMatch);
  });

  it("a version or an alias of a state machine is that state machine", () => {
    const alias = { ...facts, stateMachineArn: `${account}:stateMachine:deploy:PROD` };
    expect(isSurelyFor({ ...matchesAll, stateMachine: ["deploy"] }, alias)).toBe(true);
  });

  it.each([
    ["refs/heads/feature/x", ["feature/x"], []],
    ["main", ["main"], []],
    ["refs/heads/main/", ["main"], []],
    ["  /refs/heads/main\n", ["main"], []],
    ["origin/main", ["origin/main", "main"], []],
    ["heads/main", ["heads/main", "main"], []],
    ["refs/remotes/origin/main", ["main"], []],
    ["remotes/upstream/main", ["main"], []],
    ["refs/tags/v1", [], ["v1"]],
    ["tags/v1", ["tags/v1"], ["v1"]],
    ["refs/pull/7/merge", [], []],
  ])("the ref %j names the branches %j and the tags %j", (ref, branches, tags) => {
    expect(refNamesOf(ref)).toEqual({ branches, tags });
  });

  it.each([
    null,
    "",
    "  ",
    "/",
    "refs/heads/",
    "HEAD",
    "origin/HEAD",
    "0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c",
  ])("the ref %j tells of no branch and no tag", (ref) => {
    expect(refNamesOf(ref)).toBeNull();
  });

  it.each([
    "acme/shop",
    " Acme/Shop ",
    "/acme/shop/",
    "https://github.com/acme/shop",
    "https://github.com/acme/shop.git",
    "https://user:pass@GitHub.com:443/acme/shop/?tab=readme#top",
    "ssh://git@github.com/acme/shop.git",
    "git@github.com:acme/shop.git",
    "github.com/acme/shop",
  ])("the repository %j is acme/shop", (told) => {
    const known = { ...facts, repository: repositoryNamesOf(told) };
    expect(known.repository?.[0]).toBe("acme/shop");
    for (const pattern of ["acme/shop", "ACME/*", "https://github.com/acme/*", "*/shop"])
      expect(matchOf({ ...matchesAll, repository: [pattern] }, known)).toBe("yes");
    expect(matchOf({ ...matchesAll, repository: ["acme/blog"] }, known)).toBe("no");
  });

  it("a repository that is spelled unlike any is compared as it is spelled, and an empty one is not known", () => {
    expect(repositoryNamesOf("my.group/sub/shop")).toContain("my.group/sub/shop");
    expect(repositoryNamesOf(" / ")).toBeNull();
    expect(repositoryNamesOf(null)).toBeNull();
  });

  it("a fact that nobody tells is unknown, not other; a branch is known to be no tag", () => {
    const match = { ...matchesAll, repository: ["acme/*"], branch: ["main"] };
    expect(matchOf(match, { ...facts, ref: null })).toBe("unknown");
    expect(matchOf(match, { ...facts, repository: null })).toBe("unknown");
    expect(matchOf(match, { ...facts, repository: ["other/shop"], ref: null })).toBe("no");
    expect(matchOf({ ...matchesAll, tag: ["*"] }, facts)).toBe("no");
    expect(matchOf({ ...matchesAll, branch: ["*"] }, { ...facts, ref: refNamesOf("refs/tags/v1") })).toBe(
      "no",
    );
  });
});

describe("the policy of an approval", () => {
  const production = named("production", { stateMachine: ["deploy"] }, { required: 2 });
  const sandbox = named("sandbox", { repository: ["acme/sandbox"] });

  it("is the built-in one where nothing can match; it excludes people, so it waits for whom a record may name", () => {
    const policies = [named("x", { activity: ["other"] })];
    expect(namesIn(open(policies, nothingKnown).parts)).toEqual(["built-in"]);
    expect(open(policies, nothingKnown, false).needsProof).toBe(false);
    expect(open(policies, nothingKnown, true).needsProof).toBe(true);
  });

  it("is every one that could hold where the input leaves out repository or ref, beside the built-in one, and says why", () => {
    const main = named("main", { repository: ["acme/*"], branch: ["main"] });
    const own = named("own", { branch: ["try/*"] });
    const blog = named("blog", { repository: ["acme/blog"] });
    const book = [main, own, blog, named("tags", { tag: ["*"] })];
    const proven = (known: Partial<MatchFacts>) => {
      const told = { ...facts, ...known };
      return provePolicy(open(book, { ...told, stateMachineArn: null }), [told]);
    };
    expect(proven({ ref: null })).toMatchObject({
      parts: [{ name: "built-in" }, { name: "main" }, { name: "own" }, { name: "tags" }],
      notes: ["The input names neither a branch nor a tag: policies of every branch and tag hold."],
    });
    expect(proven({ repository: null })).toMatchObject({
      parts: [{ name: "blog" }, { name: "built-in" }, { name: "main" }],
      notes: ["The input names no repository: policies of every repository hold."],
    });
    expect(proven({})).toMatchObject({ parts: [{ name: "main" }], notes: [] });
    expect(proven({ repository: null, ref: null }).notes).toHaveLength(2);
  });

  it("leaves out what a record of the start proves not to match, although the input is silent", () => {
    const book = [named("main", { branch: ["main"] }), named("blog", { repository: ["acme/blog"] })];
    const proven = provePolicy(open(book, nothingKnown, true), [facts, facts]);
    expect(namesIn(proven.parts)).toEqual(["main"]);
    expect(proven.notes).toEqual([]);
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
    const claim = { ...facts, repository: ["acme/sandbox"] };
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
      repository: fc.constantFrom(null, ["acme/shop"], ["acme/sandbox"]),
      ref: fc.constantFrom(null, { branches: ["main"], tags: [] }, { branches: ["try"], tags: [] }),
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
            if (proof.some((known) => matchOf(each.match, known) !== "no"))
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

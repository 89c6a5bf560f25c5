import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nobodyInvolved } from "../../src/domain/policy/policy.ts";
import {
  executionNameFor,
  firedBy,
  matches,
  type PushEvent,
  type Trigger,
} from "../../src/domain/trigger.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";
const event: PushEvent = {
  forge: "github",
  kind: "push",
  repository: "acme/shop",
  branch: "main",
  ref: "refs/heads/main",
  commit,
  before: null,
  happenedAt: null,
  title: "t",
  author: "a",
  involved: nobodyInvolved,
  links: [],
};
const trigger: Trigger = {
  forge: "github",
  repository: "acme/shop",
  branch: "main",
  on: ["push"],
  stateMachineArn: "arn:m",
  supersede: "none",
};

describe("which triggers a push fires", () => {
  it("the ones whose repository, branch and kind match; a repository's letters have no case", () => {
    expect(firedBy({ ...event, repository: "Acme/Shop" }, [trigger])).toEqual([trigger]);
    expect(firedBy({ ...event, branch: "Main" }, [trigger])).toEqual([]);
    expect(firedBy({ ...event, kind: "merge" }, [trigger])).toEqual([]);
    expect(firedBy({ ...event, repository: "acme/shop2" }, [trigger])).toEqual([]);
  });

  it.each([
    ["*", "anything/at/all", true],
    ["release/*", "release/1.0", true],
    ["release/*", "release", false],
    ["*/*", "acme/shop", true],
    ["a*b*c", "aXbYc", true],
    ["a*b*c", "acb", false],
    ["a*a", "a", false],
    ["a.c", "abc", false],
    ["(a+)+$", "aaaa", false],
  ])("the pattern %s on %s: %s", (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  it("a pattern made from a text by putting a star for a part matches that text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.nat(30), fc.nat(30), (raw, one, other) => {
        const text = raw.replaceAll("*", "");
        const [start, end] = [Math.min(one, other, text.length), Math.min(Math.max(one, other), text.length)];
        expect(matches(`${text.slice(0, start)}*${text.slice(end)}`, text)).toBe(true);
        expect(matches(text, text)).toBe(true);
      }),
    );
  });
});

describe("the name of an execution", () => {
  it("is the same for the same push", () => {
    expect(executionNameFor(event, "abc123", 1)).toBe(`acme-shop-${commit}-abc123-1`);
  });

  it("is one that StartExecution takes, whatever the repository is called", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 300, unit: "binary" }),
        fc.boolean(),
        (repository, isSha256) => {
          const name = executionNameFor(
            { repository, commit: isSha256 ? commit + commit.slice(0, 24) : commit },
            "abc123",
            1,
          );
          expect(name).toMatch(/^[A-Za-z0-9._-]{1,80}$/);
        },
      ),
    );
  });
});

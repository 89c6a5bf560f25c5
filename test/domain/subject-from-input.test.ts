import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { subjectFromInput } from "../../src/application/subject-from-input.ts";

const arn = "arn:aws:states:us-east-1:123456789012:activity:po-approval";
const read = (input: unknown) => subjectFromInput(arn, JSON.stringify(input));

describe("what is read from a task's input", () => {
  it("the known members of `approval` count before those at the top level, and these before what Parameters wrapped", () => {
    const wrapped = { commit: "C0FFEE", repository: "acme/wrapped", title: "wrapped", author: "mona" };
    expect(read({ input: wrapped })).toMatchObject({
      commit: "c0ffee",
      repository: "acme/wrapped",
      title: "wrapped",
      requestedBy: "mona",
    });
    expect(read({ sha: "5AD", input: wrapped })).toMatchObject({ commit: "5ad", repository: "acme/wrapped" });
    expect(read({ approval: { commit: "abc", title: "Ship" }, commit: "def", input: wrapped })).toMatchObject(
      { commit: "abc", title: "Ship" },
    );
  });

  it("_execution as the context object gives it", () => {
    const execution = {
      arn: "arn:aws:states:us-east-1:123456789012:execution:deploy:run-1",
      stateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:deploy",
      state: "Approve",
      enteredTime: "2026-06-01T12:00:00.123Z",
      retryCount: 1,
      redriveCount: 0,
      heartbeatSeconds: 30,
    };
    expect(read({ _execution: execution })).toMatchObject({
      executionArn: execution.arn,
      executionName: "run-1",
      stateName: "Approve",
      stateEnteredAt: new Date(execution.enteredTime),
      retryCount: 1,
      redriveCount: 0,
      heartbeatSeconds: 30,
    });
  });

  it("a bare string is its own title; without a title the activity's name serves", () => {
    expect(read("Code build complete!").title).toBe("Code build complete!");
    expect(read({ input: "Code build complete!", _execution: {} }).title).toBe("Code build complete!");
    expect(read(42).title).toBe("Approval for po-approval");
  });

  it("a member of a wrong type counts as absent, and the others still count", () => {
    const input = {
      approval: { title: 7, commit: "abc", links: [{ url: "https://a" }, 5, "https://b"] },
      _execution: { retryCount: "2", enteredTime: "yesterday" },
    };
    expect(read(input)).toMatchObject({
      title: "Approval for po-approval",
      commit: "abc",
      links: [
        { title: "https://a", url: "https://a" },
        { title: "https://b", url: "https://b" },
      ],
      retryCount: 2,
      stateEnteredAt: null,
    });
  });

  it("texts are bounded without cutting a character in two, and NUL is made visible", () => {
    const subject = read({ approval: { title: "🚀".repeat(600), commit: "a\u0000b" } });
    expect([...subject.title]).toHaveLength(500);
    expect(subject.title.isWellFormed()).toBe(true);
    expect(subject.commit).toBe("a\uFFFDb");
  });

  it("any text at all makes a subject that Postgres can keep, with the input as it came", () => {
    const member = fc
      .jsonValue()
      .map((value) => JSON.stringify({ approval: value, _execution: value, input: value, links: value }));
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string({ unit: "binary" }), member), (input) => {
        const subject = subjectFromInput(arn, input);
        const links = subject.links.flatMap(({ title, url }) => [title, url]);
        const texts = [
          subject.title,
          subject.commit,
          subject.repository,
          subject.description,
          subject.executionArn,
          ...links,
        ];
        for (const text of texts)
          expect(text === null || (text.isWellFormed() && !text.includes("\u0000"))).toBe(true);
        expect(subject.title).not.toBe("");
        if (input.isWellFormed() && !input.includes("\u0000")) expect(subject.input).toBe(input);
      }),
    );
  });
});

import { describe, expect, it } from "vitest";
import { involvedIn, notesOnPeople } from "../../src/application/people-from-input.ts";
import { subjectFromInput } from "../../src/application/subject-from-input.ts";
import { taskInputShape } from "../../src/contract/task-input.ts";
import { excludedAs } from "../../src/domain/policy/voter.ts";
import { coAuthorsOf, uniteInvolved } from "../../src/domain/policy/involved.ts";
import { plainSubject } from "../support/policy.ts";

const excluded = new Set(["requester", "author", "coAuthors"] as const);
const octocat = (identities: { email?: string; emails?: string[]; logins?: string[] }) => ({
  email: identities.email ?? "someone@else.example",
  identities: { emails: identities.emails ?? [], logins: identities.logins ?? [] },
});
const isExcluded = (person: ReturnType<typeof octocat>, told: string) =>
  excludedAs(person, uniteInvolved({ author: [told] }), { excluded }).length > 0;

describe("a person who is told in other words is the same person", () => {
  const byLogin = octocat({ logins: ["Octocat"] });
  const byEmail = octocat({ email: "Octo@Corp.example" });
  it.each([
    [byLogin, "octocat"],
    [byLogin, "@octocat"],
    [byLogin, "12345+octocat@users.noreply.github.com"],
    [byLogin, "OctoCat@users.noreply.github.com"],
    [byLogin, "Octo Cat <12345+octocat@users.noreply.github.com>"],
    [octocat({ emails: ["12345+octocat@users.noreply.github.com"] }), "octocat"],
    [octocat({ emails: ["12345+octocat@users.noreply.github.com"] }), "octocat@users.noreply.github.com"],
    [byEmail, " octo@corp.example "],
    [byEmail, "Octo Cat <octo@corp.example>"],
    [byEmail, "mailto:octo@corp.example"],
    [byEmail, "octo+git@corp.example"],
    [octocat({ emails: ["octo+git@corp.example"] }), "octo@corp.example"],
    [octocat({ emails: ["octo+git@corp.example"] }), "octo+web@corp.example"],
  ])("%j is %s", (person, told) => {
    expect(isExcluded(person, told)).toBe(true);
  });

  it("but nobody else is", () => {
    for (const told of ["octocats", "hubot+octocat@corp.example", "12345+hubot@users.noreply.github.com", ""])
      expect(isExcluded(byLogin, told)).toBe(false);
    expect(isExcluded(byEmail, "octo@corp.example.org")).toBe(false);
  });
});

describe("people in a task's input", () => {
  const read = (input: object) => involvedIn(taskInputShape.parse(input));

  it("are told by texts, lists and objects, beside one another", () => {
    const { involved, notes } = read({
      approval: {
        requestedBy: { name: "Octo Cat", email: "octo@corp.example", login: "octocat" },
        people: { coAuthors: ["Hubert <hubert@corp.example>", { username: "hubot" }] },
      },
      author: "Mona Lisa <mona@corp.example>",
      people: { committer: { email: "web@corp.example", name: null } },
    });
    expect(involved).toEqual({
      requester: ["octo@corp.example", "octocat"],
      author: ["mona@corp.example"],
      committer: ["web@corp.example"],
      coAuthors: ["hubert@corp.example", "hubot"],
      pusher: [],
    });
    expect(notes).toEqual([]);
    const subject = subjectFromInput(
      plainSubject.activityArn,
      JSON.stringify({ approval: { requestedBy: { name: "Octo Cat", login: "octocat" } } }),
    );
    expect(subject.requestedBy).toBe("Octo Cat");
  });

  it("of whom nothing can be made are noted, and cost nobody else their place", () => {
    const input = {
      approval: { requestedBy: 7, people: ["mona"] },
      people: { author: ["mona@corp.example", 7], coauthors: "hubot", pusher: { name: "Pat" } },
    };
    expect(read(input).involved.author).toEqual(["mona@corp.example"]);
    expect(notesOnPeople(JSON.stringify(input)).map((note) => note.split("`")[1])).toEqual([
      "approval.people",
      "people.coauthors",
      "people.author",
      "people.pusher",
      "approval.requestedBy",
    ]);
    expect(notesOnPeople("Deploy!")).toEqual([]);
    expect(
      notesOnPeople(JSON.stringify({ author: null, people: null, approval: { requestedBy: "" } })),
    ).toEqual([]);
  });
});

describe("co-authors", () => {
  it.each([
    "  Co-authored-by: Hubert <hubert@corp.example>",
    "Co-authored-by : Hubert <hubert@corp.example>",
    "Co-Authored-By: Hubert <hubert@corp.example>,",
    "Co-authored-by: Hubert [hubert@corp.example]",
    "Co-authored-by: Hubert <<hubert@corp.example>>",
    "Co-authored-by: hubert@corp.example\r",
    `Co-authored-by: ${"Hubert ".repeat(200)}<hubert@corp.example>`,
  ])("are read from the trailer %j", (line) => {
    expect(coAuthorsOf(`Fix\n\n${line}\n`)).toEqual(["hubert@corp.example"]);
  });

  it("are told by login, too, and by nothing else", () => {
    expect(coAuthorsOf("Co-authored-by: @octocat")).toEqual(["octocat"]);
    expect(coAuthorsOf("Co-authored-by: Hubert\nsee hubert@corp.example")).toEqual([]);
  });
});

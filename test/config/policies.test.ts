import { describe, expect, it } from "vitest";
import { parseConfigFile } from "../../src/config-file.ts";
import { ConfigError } from "../../src/config.ts";
import { policiesOfFile } from "../../src/application/policies-of-file.ts";

const base = "activities: [{ name: po-approval }]\n";

function read(policies: string) {
  return policiesOfFile(parseConfigFile(base + policies, "countersign.yaml", {}).policies);
}

function faultsOf(policies: string): string {
  try {
    read(policies);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("nothing was wrong");
}

describe("policies in countersign.yaml", () => {
  it("have defaults for all but the name: one reviewer decides, and nobody approves a change of their own", () => {
    expect(read("policies: [{ name: all }]")).toEqual([
      {
        name: "all",
        match: { activity: null, stateMachine: null, repository: null, branch: null, tag: null },
        required: 1,
        groups: [],
        exclude: { requester: true, author: true, committer: true, coAuthors: true, pusher: true },
        rejectRequired: 1,
        votesMayChange: true,
        comment: "never",
        bots: "count",
        windows: [],
        freezes: [],
        approveAhead: false,
        timeoutReason: null,
        escalations: [],
        form: null,
        breakGlass: false,
      },
    ]);
  });

  it("are read whole", () => {
    const [policy] = read(`
policies:
  - name: production
    match: { activity: po-approval, repository: [acme/*, "shop/*"], branch: main }
    required: 3
    groups: [{ team: security }, { team: release, required: 2 }]
    exclude: { pusher: false }
    reject: { required: 2 }
    votesMayChange: false
    comment: always
    bots: veto
    windows: [{ days: [mon, fri], from: "09:00", to: "17:30", timeZone: Europe/Berlin }]
    freezes: [{ from: 2026-12-24, to: 2026-12-26, timeZone: Europe/Berlin, reason: Christmas }]
    approveAhead: true
    onTimeout: { do: reject, reason: nobody looked, escalate: [{ at: 50, team: leads }] }
    form: { type: object }
    breakGlass: true
`);
    expect(policy).toMatchObject({
      match: { activity: ["po-approval"], repository: ["acme/*", "shop/*"], branch: ["main"], tag: null },
      required: 3,
      groups: [
        { team: "security", required: 1 },
        { team: "release", required: 2 },
      ],
      exclude: { author: true, pusher: false },
      windows: [{ days: [1, 5], fromMinute: 540, toMinute: 1050, timeZone: "Europe/Berlin" }],
      // The 26th is frozen whole.
      freezes: [{ from: "2026-12-23T23:00:00.000Z", to: "2026-12-26T23:00:00.000Z", reason: "Christmas" }],
      timeoutReason: "nobody looked",
      escalations: [{ atPercent: 50, team: "leads" }],
      form: '{"type":"object"}',
    });
  });

  it.each([
    ["a quorum of 0", "required: 0", "must be 1 or more"],
    ["a quorum that nobody can reach", "required: 51", "nobody could reach it"],
    ["a group of 0", "groups: [{ team: security, required: 0 }]", "must be 1 or more"],
    [
      "groups that nobody can fill",
      "groups: [{ team: a, required: 30 }, { team: b, required: 30 }]",
      "nobody could reach it",
    ],
    ["a team named twice", "groups: [{ team: a }, { team: a }]", "names a team twice"],
    ["a rejection by 0", "reject: { required: 0 }", "must be 1 or more"],
    ["a key that is unknown", "requierd: 2", "is not a known key"],
    ["a window without days", "windows: [{ days: [], timeZone: UTC }]", "would never open"],
    [
      "a window without a span",
      'windows: [{ from: "09:00", to: "09:00", timeZone: UTC }]',
      "would never open",
    ],
    ["a time zone that is none", "windows: [{ timeZone: Europe/Berln }]", "is not a time zone"],
    ["a time that is none", 'windows: [{ from: "25:00", timeZone: UTC }]', "is not a time"],
    ["a freeze backwards", "freezes: [{ from: 2026-12-26, to: 2026-12-24, reason: x }]", "is not after from"],
    [
      "a freeze that ends by a time before the day on which it begins",
      "freezes: [{ from: 2026-12-27, to: 2026-12-24T18:00, reason: x }]",
      "is not after from",
    ],
    [
      "a freeze that is backwards by its offsets alone",
      "freezes: [{ from: 2026-12-24T18:00-05:00, to: 2026-12-24T20:00Z, reason: x }]",
      "is not after from",
    ],
    [
      "a freeze backwards in its time zone",
      "freezes: [{ from: 2026-12-24T18:00, to: 2026-12-24T20:00Z, timeZone: America/New_York, reason: x }]",
      "is not after from",
    ],
    [
      "a freeze on a day that February lacks",
      "freezes: [{ from: 2026-02-30, to: 2026-12-24, reason: x }]",
      "no day of the calendar",
    ],
    [
      "a freeze on no day",
      "freezes: [{ from: 2026-13-40, to: 2026-12-24, reason: x }]",
      "no day of the calendar",
    ],
    ["a rejection without a reason", "onTimeout: { do: reject }", "is missing: a rejection says why"],
    ["an escalation to nobody", "onTimeout: { do: escalate }", "say which team"],
    [
      "an escalation after the end",
      "onTimeout: { do: escalate, escalate: [{ at: 100, team: a }] }",
      "below 100",
    ],
    ["being ahead of nothing", "approveAhead: true", "nothing to be ahead of"],
    ["an activity that is not polled", "match: { activity: po-aproval }", "names no activity of this file"],
    ["a form that points nowhere", 'form: { type: object, $ref: "#/$defs/none" }', "can't resolve reference"],
    [
      "a form whose pattern could hang",
      'form: { type: object, properties: { ticket: { type: string, pattern: "^(?!CHG)" } } }',
      "cannot be checked in linear time",
    ],
    ["an empty match", "match: { branch: [] }", "leave it out to match all"],
  ])("refuse %s, with its line", (_what, rule, message) => {
    const fault = faultsOf(`policies:\n  - name: production\n    ${rule}\n`);
    expect(fault).toContain(message);
    expect(fault).toContain("line 4: policies.0.");
  });

  it.each([
    ["2026-12-24T20:00+05:00", "2026-12-24T18:00Z", "2026-12-24T15:00:00.000Z", "2026-12-24T18:00:00.000Z"],
    ["2026-12-24T18:00", "2026-12-24T17:30Z", "2026-12-24T17:00:00.000Z", "2026-12-24T17:30:00.000Z"],
    ["2026-12-24T18:00", "2026-12-24", "2026-12-24T17:00:00.000Z", "2026-12-24T23:00:00.000Z"],
    ["2028-02-29", "2028-02-29", "2028-02-28T23:00:00.000Z", "2028-02-29T23:00:00.000Z"],
  ])("take a freeze from %s to %s", (from, to, first, last) => {
    const freeze = `{ from: ${from}, to: ${to}, timeZone: Europe/Berlin, reason: x }`;
    const [policy] = read(`policies:\n  - name: production\n    freezes: [${freeze}]\n`);
    expect(policy?.freezes).toEqual([{ from: first, to: last, reason: "x" }]);
  });

  it("refuse two of one name, and Countersign's own names", () => {
    expect(faultsOf("policies:\n  - name: a\n  - name: a\n")).toContain(
      "line 4: policies.1.name: is the name of",
    );
    expect(faultsOf("policies:\n  - name: built-in\n")).toContain("line 3: policies.0.name: is a name of");
  });

  it("refuse a team that `teams` does not list, where it is there", () => {
    expect(
      faultsOf("teams: [security]\npolicies:\n  - name: a\n    groups: [{ team: securty }]\n"),
    ).toContain(
      "line 5: policies.0.groups.0.team: is not among `teams`: nobody of securty could ever approve",
    );
  });
});

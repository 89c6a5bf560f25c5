import type { Caller, PersonCaller } from "../../src/domain/actor.ts";
import type { PendingApproval, Subject, Vote } from "../../src/domain/approval.ts";
import { builtInPart, neutralPart, nobodyInvolved, type PolicyPart } from "../../src/domain/policy/policy.ts";
import type { Ballot } from "../../src/domain/vote.ts";

/** A policy of one name that excludes nobody, with what the test is about. */
export function part(rules: Partial<PolicyPart>): PolicyPart {
  return { ...builtInPart, exclude: neutralPart.exclude, name: "p", ...rules };
}

export function person(id: string, members: Partial<PersonCaller> = {}): PersonCaller {
  return {
    kind: "person",
    id,
    name: id,
    email: `${id}@people.example.org`,
    role: "reviewer",
    passwordIsOneTime: false,
    teams: [],
    identities: { emails: [], logins: [] },
    ...members,
  };
}

export function vote(id: string, members: Partial<Vote> = {}): Vote {
  const isBot = members.class === "bot";
  return {
    actor: { kind: isBot ? "bot" : "person", id, name: id },
    class: "page",
    verdict: "approve",
    comment: null,
    form: null,
    output: null,
    breakGlassReason: null,
    at: new Date(0),
    replaced: false,
    ...members,
    teams: isBot ? [] : (members.teams ?? []),
  };
}

export function ballotOf(caller: Caller, verdict: Ballot["verdict"], at: Date): Ballot {
  return {
    caller,
    verdict,
    at,
    way: "page",
    comment: null,
    form: null,
    output: null,
    formFaults: [],
    breakGlassReason: null,
    decisionId: "d1",
    changed: [],
  };
}

export const plainSubject: Subject = {
  activityArn: "arn:aws:states:us-east-1:123456789012:activity:po-approval",
  executionArn: null,
  executionName: null,
  stateMachineArn: null,
  stateName: null,
  stateEnteredAt: null,
  retryCount: null,
  redriveCount: null,
  mapIndex: null,
  repository: null,
  commit: null,
  ref: null,
  title: "Change",
  description: null,
  requestedBy: null,
  involved: nobodyInvolved,
  links: [],
  input: "{}",
  timeoutSeconds: 3600,
  heartbeatSeconds: null,
};

/** A pending approval that was received when the tests' clock begins. */
export function pendingUnder(
  parts: readonly PolicyPart[],
  {
    involved = nobodyInvolved,
    timeoutSeconds = plainSubject.timeoutSeconds,
    ...members
  }: Partial<PendingApproval> & Partial<Pick<Subject, "involved" | "timeoutSeconds">> = {},
): PendingApproval {
  return {
    status: "pending",
    id: "a1",
    version: 1,
    attempt: 1,
    previousId: null,
    supersededById: null,
    newerCommit: null,
    subject: { ...plainSubject, involved, timeoutSeconds },
    policy: { parts, candidates: [], needsProof: false, notes: [] },
    policyDigest: null,
    policyDueAt: null,
    executionIsProven: true,
    workerName: "w",
    receivedAt: new Date("2026-06-01T12:00:00Z"),
    lastBeatAt: null,
    votes: [],
    ...members,
  };
}

import type { AuditEventView } from "../../src/contract/audit.ts";
import { lapsedShort } from "./labels.ts";
import { listOf } from "./standing.ts";

/** What an event tells, in words; what stands as a name was written by somebody else. */
export type Sentence = readonly (string | { name: string })[];

type Told = Pick<AuditEventView, "type" | "actor" | "detail">;
type Telling = (event: Told) => Sentence;

/** Who did what to whom. */
export function auditSentence(event: Told): Sentence {
  return (tellings[event.type] ?? untold)(event).filter((part) => part !== "");
}

const untold: Telling = ({ type, actor }) => say`${actor.name} caused ${{ as: type }}`;

const tellings: Readonly<Record<string, Telling>> = {
  "approval.received": ({ actor, detail }) =>
    say`${actor.name} received an approval to decide, at activity ${lastOf(detail["activityArn"])}${{ as: commitOf(detail["commit"]) }}`,
  "approval.voted": ({ actor, detail }) =>
    say`${actor.name} voted to ${{ as: verdictOf(detail) }}${{ as: detail["comment"] == null ? "" : ", with a comment" }}`,
  "approval.decided": decided,
  "approval.policy_changed": ({ actor, detail }) =>
    say`${actor.name} applied the policies that hold now: ${listOf(texts(detail["policies"]))}`,
  "approval.escalated": ({ actor, detail }) =>
    say`${actor.name} let team ${detail["team"]} stand in, after ${{ as: text(detail["atPercent"]) }} % of the time`,
  "approval.broke_glass": ({ actor, detail }) =>
    say`${actor.name} broke the glass to ${{ as: verdictOf(detail) }} alone: ${detail["reason"]}`,
  "approval.lapsed": ({ actor, detail }) =>
    say`${actor.name} marked it as lapsed: ${{ as: lapsedWhy(detail["reason"]) }}`,
  "approval.flagged": ({ actor, detail }) =>
    say`${actor.name} saw a newer commit ${short(detail["newerCommit"])} on ${detail["branch"]}`,
  "answer.settled": ({ actor, detail }) =>
    say`${actor.name} sent the answer: ${{ as: deliveries[text(detail["delivery"])] ?? text(detail["delivery"]) }}`,
  "execution.requested": ({ actor, detail }) =>
    say`${actor.name} asked for execution ${detail["name"]} of ${lastOf(detail["stateMachineArn"])}, by a delivery of ${{ as: text(detail["forge"]) }}`,
  "person.created": ({ actor, detail }) =>
    say`${actor.name} added ${detail["name"] ?? detail["email"]} (${{ as: text(detail["role"]) }})`,
  "person.role_changed": ({ actor, detail }) =>
    say`${actor.name} made ${whom(detail)} ${{ as: text(detail["to"]) }}, who was ${{ as: text(detail["from"]) }}`,
  "person.activated": ({ actor, detail }) => say`${actor.name} activated ${whom(detail)}`,
  "person.deactivated": ({ actor, detail }) =>
    say`${actor.name} deactivated ${whom(detail)}${{ as: ended(detail) }}`,
  "person.identities_changed": ({ actor, detail }) =>
    say`${actor.name} changed how commits and forges know ${whom(detail)}`,
  "person.password_changed": (event) =>
    say`${event.actor.name} changed ${own(event, "password", "the")}${{ as: ended(event.detail) }}`,
  "person.password_reset": ({ actor, detail }) =>
    say`${actor.name} made a one-time password for ${whom(detail)}${{ as: ended(detail) }}`,
  "person.provider_linked": ({ actor, detail }) =>
    say`${actor.name} linked ${whom(detail)} to the provider ${detail["provider"]}`,
  "person.signed_in": ({ actor, detail }) =>
    say`${actor.name} signed in ${{ as: detail["how"] === "password" ? "with a password" : "by a provider" }}${{ as: from(detail) }}`,
  "person.signed_out": ({ actor }) => say`${actor.name} signed out`,
  "person.sign_in_failed": ({ detail }) =>
    say`Somebody failed to sign in as ${detail["email"] ?? { as: "somebody unknown" }}${{ as: from(detail) }}`,
  "person.sign_in_refused": ({ actor, detail }) =>
    say`${actor.name} did not let ${whom(detail)} sign in (${detail["reason"]})${{ as: from(detail) }}`,
  "session.revoked": (event) => say`${event.actor.name} ended ${own(event, "session", "a")}`,
  "team.created": ({ actor, detail }) => say`${actor.name} made team ${detail["team"]}`,
  "team.deleted": ({ actor, detail }) => say`${actor.name} deleted team ${detail["team"]}`,
  "team.member_added": ({ actor, detail }) =>
    say`${actor.name} added ${whom(detail)} to team ${detail["team"]}`,
  "team.member_removed": ({ actor, detail }) =>
    say`${actor.name} removed ${whom(detail)} from team ${detail["team"]}`,
  "token.created": ({ actor, detail }) =>
    say`${actor.name} made bot ${detail["name"]} (${{ as: texts(detail["scopes"]).join(", ") }})`,
  "token.rotated": ({ actor, detail }) => say`${actor.name} gave bot ${detail["name"]} a new secret`,
  "token.revoked": ({ actor, detail }) =>
    say`${actor.name} revoked bot ${detail["name"]}${{ as: detail["becauseOf"] === undefined ? "" : ", with the one that had made it" }}`,
};

/** The event types that have a sentence. */
export const toldTypes = Object.keys(tellings);

function decided({ actor, detail }: Told): Sentence {
  const by = Array.isArray(detail["decidedBy"]) ? (detail["decidedBy"] as unknown[]) : [];
  const names = by.map((each) => text((each as { name?: unknown } | null)?.name));
  const others = names.filter((name) => name !== actor.name);
  const together = others.length === 0 ? "" : ", with the votes of ";
  const verdict = verdictOf(detail) === "approve" ? "approved" : "rejected";
  const newer = detail["newerCommit"] === undefined ? "" : ", since a newer commit came";
  return say`${actor.name} completed the decision: ${{ as: `${verdict}${newer}${together}` }}${listOf(others)}`;
}

/** Whatever is put in is a name; `as`: words of our own. */
function say(words: TemplateStringsArray, ...values: unknown[]): Sentence {
  return words.flatMap((word, at) => {
    const value = values[at];
    if (at >= values.length) return [word];
    return [word, isWord(value) ? value.as : nameOf(value)];
  });
}

function isWord(value: unknown): value is { as: string } {
  return typeof value === "object" && value !== null && "as" in value;
}

function nameOf(value: unknown): string | { name: string } {
  const name = text(value);
  return name === "" ? "" : { name };
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(text) : [];
}

function whom(detail: Told["detail"]): unknown {
  return detail["email"] ?? { as: "somebody" };
}

/** "a session of ada@example.com", or "their own session". */
function own({ actor, detail }: Told, what: string, article: string): unknown {
  if (actor.id === detail["personId"]) return { as: `their own ${what}` };
  return `${article} ${what} of ${text(detail["email"]) || "somebody"}`;
}

const deliveries: Readonly<Record<string, string>> = {
  accepted: "Step Functions took it",
  too_late: "it came too late",
  uncertain: "nobody can tell whether it counted",
};

function verdictOf(detail: Told["detail"]): string {
  return detail["verdict"] === "reject" ? "reject" : "approve";
}

function lapsedWhy(reason: unknown): string {
  const known: Readonly<Record<string, string>> = lapsedShort;
  return known[text(reason)] ?? text(reason);
}

function lastOf(arn: unknown): string {
  return text(arn).split(":").at(-1) ?? "";
}

function short(commit: unknown): string {
  return text(commit).slice(0, 7);
}

function commitOf(commit: unknown): string {
  return text(commit) === "" ? "" : `, for commit ${short(commit)}`;
}

function from(detail: Told["detail"]): string {
  return text(detail["address"]) === "" ? "" : `, from ${text(detail["address"])}`;
}

function ended({ sessionsEnded }: Told["detail"]): string {
  if (typeof sessionsEnded !== "number" || sessionsEnded === 0) return "";
  return `, which ended ${sessionsEnded} ${sessionsEnded === 1 ? "session" : "sessions"}`;
}

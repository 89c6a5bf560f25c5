import type { PolicyView, StandingView } from "../contract/policy-view.ts";
import type { Approval } from "../domain/approval.ts";
import { rulesOf } from "../domain/policy/combine.ts";
import { describePolicy } from "../domain/policy/describe.ts";
import { isProvisional } from "../domain/policy/may-decide.ts";
import { standingOf } from "../domain/policy/standing.ts";
import { jsonOrText } from "./json-or-text.ts";

/** The rules that hold for an approval, and which policy each comes from. */
export function presentPolicy(approval: Approval): PolicyView {
  const { policyDigest } = approval;
  const { parts, notes, lacksAuthors = false } = approval.policy;
  return {
    digest: policyDigest,
    names: [...new Set(parts.map(({ name }) => name))],
    isProvisional: isProvisional(approval),
    rules: describePolicy(parts).map(({ rule, text, from }) => ({ rule, text, from })),
    comment: rulesOf(parts).comment,
    forms: parts.flatMap(({ name, form }) =>
      form === null ? [] : [{ from: name, schema: jsonOrText(form) }],
    ),
    notes: [...notes],
    lacksAuthors,
  };
}

export function presentStanding(
  approval: Approval,
  now: Date,
  people: readonly { id: string; name: string }[],
): StandingView {
  const { needed, whoCan, awaitsWindow, isOpen, opensAt, escalations, timeoutRejection } = standingOf(
    approval,
    now,
  );
  return {
    needed,
    whoCan: { ...whoCan, people: people.map(({ id, name }) => ({ id, name })) },
    isOpen,
    awaitsWindow,
    opensAt: opensAt?.toISOString() ?? null,
    escalations: escalations.map(({ at, atPercent, team, from, isDue }) => ({
      at: at.toISOString(),
      atPercent,
      team,
      from,
      isDue,
    })),
    timeoutRejection:
      timeoutRejection === null ? null : { ...timeoutRejection, at: timeoutRejection.at.toISOString() },
  };
}

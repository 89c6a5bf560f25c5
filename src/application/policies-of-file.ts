import { weekdays, type PolicyConfig } from "../contract/policy-file.ts";
import type { Freeze, Window } from "../domain/policy/calendar.ts";
import { matchesAll, type PolicyPart } from "../domain/policy/policy.ts";
import { instantOf } from "../domain/policy/zoned-time.ts";

/** The policies of countersign.yaml in the domain's words. */
export function policiesOfFile(policies: readonly PolicyConfig[]): PolicyPart[] {
  return policies.map(policyOf);
}

function policyOf(policy: PolicyConfig): PolicyPart {
  const { name, groups, exclude, votesMayChange, comment, bots, approveAhead, breakGlass } = policy;
  const { activity, stateMachine, repository, branch, tag } = policy.match;
  return {
    name,
    groups,
    exclude,
    votesMayChange,
    comment,
    bots,
    approveAhead,
    breakGlass,
    match: {
      ...matchesAll,
      activity: activity ?? null,
      stateMachine: stateMachine ?? null,
      repository: repository ?? null,
      branch: branch ?? null,
      tag: tag ?? null,
    },
    required: policy.required ?? 1,
    rejectRequired: policy.reject.required,
    windows: policy.windows.map(windowOf),
    freezes: policy.freezes.map(freezeOf),
    timeoutReason: policy.onTimeout.reason ?? null,
    escalations: (policy.onTimeout.escalate ?? []).map(({ at, team }) => ({ atPercent: at, team })),
    form: policy.form === undefined ? null : JSON.stringify(policy.form),
  };
}

function windowOf({ days, from, to, timeZone }: PolicyConfig["windows"][number]): Window {
  return {
    days: days.map((day) => weekdays.indexOf(day) + 1),
    fromMinute: minuteOf(from),
    toMinute: minuteOf(to),
    timeZone,
  };
}

function minuteOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(":").map(Number);
  return 60 * hours + minutes;
}

/** As instants, whatever the file tells them by. */
export function freezeOf({ from, to, timeZone, reason }: PolicyConfig["freezes"][number]): Freeze {
  return {
    from: momentOf(from, timeZone, 0).toISOString(),
    // A day alone is frozen whole.
    to: momentOf(to, timeZone, 1).toISOString(),
    reason,
  };
}

const dayMs = 86_400_000;

/** `daysLater` counts for a day alone. */
function momentOf(text: string, timeZone: string, daysLater: number): Date {
  const [date = "", time] = text.split("T");
  const day = Math.floor(Date.parse(`${date}T00:00:00Z`) / dayMs);
  if (time === undefined) return instantOf(timeZone, { day: day + daysLater, minute: 0 });
  if (/(Z|[+-]\d\d:\d\d)$/.test(time)) return new Date(text);
  const seconds = Number(time.split(":")[2] ?? 0);
  return new Date(instantOf(timeZone, { day, minute: minuteOf(time) }).getTime() + seconds * 1000);
}

import type { Window } from "./calendar.ts";
import { rulesOf } from "./combine.ts";
import { listOf } from "./eligibility.ts";
import { involvements, type Involvement, type PolicyPart } from "./policy.ts";

export type RuleName =
  | "required"
  | "groups"
  | "exclude"
  | "reject"
  | "votes"
  | "comment"
  | "bots"
  | "windows"
  | "freezes"
  | "approveAhead"
  | "onTimeout"
  | "form"
  | "breakGlass";

/** One rule that holds, in words, and the names of the policies that it comes from. */
export interface RuleText {
  rule: RuleName;
  text: string;
  from: string[];
}

/** Every rule that holds, and where it comes from: of each number the strictest with the policies that want just that. */
export function describePolicy(parts: readonly PolicyPart[]): RuleText[] {
  const rules = rulesOf(parts);
  const from = (holds: (part: PolicyPart) => boolean) => [
    ...new Set(parts.filter(holds).map(({ name }) => name)),
  ];
  const texts: RuleText[] = [
    {
      rule: "required",
      text: rules.required === 1 ? "One approval" : `${rules.required} approvals by different people`,
      from: from(({ required }) => required === rules.required),
    },
    ...groupTexts(parts),
    ...exclusionTexts(parts),
  ];
  if (rules.rejectRequired !== null)
    texts.push({
      rule: "reject",
      text:
        rules.rejectRequired === 1 ? "Any rejection rejects" : `${rules.rejectRequired} rejections reject`,
      from: from(({ rejectRequired }) => rejectRequired === rules.rejectRequired),
    });
  if (!rules.votesMayChange)
    texts.push({
      rule: "votes",
      text: "Votes cannot be changed",
      from: from(({ votesMayChange }) => !votesMayChange),
    });
  if (rules.comment !== "never")
    texts.push({
      rule: "comment",
      text: rules.comment === "always" ? "Every vote needs a comment" : "A rejection needs a comment",
      from: from(({ comment }) => comment === rules.comment),
    });
  if (!rules.botsMayApprove)
    texts.push({
      rule: "bots",
      text: rules.botsMayReject ? "Bots may reject, not approve" : "Bots have no vote",
      from: from(({ bots }) => bots !== "count"),
    });
  return [...texts, ...parts.flatMap(timeTexts), ...parts.flatMap(otherTexts)];
}

function groupTexts(parts: readonly PolicyPart[]): RuleText[] {
  const { seats } = rulesOf(parts);
  return [...new Set(seats.map(({ team }) => team))].map((team) => {
    const own = seats.filter((seat) => seat.team === team);
    return { rule: "groups", text: `${own.length} of team ${team}`, from: [...(own.at(-1)?.from ?? [])] };
  });
}

const nouns: Record<Involvement, string> = {
  requester: "Who requested it",
  author: "The commit's author",
  committer: "Its committer",
  coAuthors: "Any co-author",
  pusher: "Who pushed it",
};

function exclusionTexts(parts: readonly PolicyPart[]): RuleText[] {
  return involvements.flatMap((each): RuleText[] => {
    const from = parts.filter(({ exclude }) => exclude[each]).map(({ name }) => name);
    return from.length === 0 ? [] : [{ rule: "exclude", text: `${nouns[each]} does not decide`, from }];
  });
}

function timeTexts(part: PolicyPart): RuleText[] {
  const from = [part.name];
  const texts: RuleText[] = part.windows.map((window) => ({
    rule: "windows",
    text: windowText(window),
    from,
  }));
  for (const { reason, ...span } of part.freezes)
    texts.push({ rule: "freezes", text: `Frozen from ${span.from} to ${span.to}: ${reason}`, from });
  if (part.approveAhead)
    texts.push({
      rule: "approveAhead",
      text: "May be approved ahead; it completes when the window opens",
      from,
    });
  return texts;
}

function otherTexts({ name, timeoutReason, escalations, form, breakGlass }: PolicyPart): RuleText[] {
  const from = [name];
  const texts: RuleText[] = escalations.map(({ atPercent, team }) => ({
    rule: "onTimeout",
    text: `At ${atPercent} % of the time, team ${team} may stand in`,
    from,
  }));
  if (timeoutReason !== null)
    texts.push({ rule: "onTimeout", text: `Rejected shortly before the deadline: ${timeoutReason}`, from });
  if (form !== null) texts.push({ rule: "form", text: "An approval fills in a form", from });
  if (breakGlass && name !== "task input")
    texts.push({ rule: "breakGlass", text: "An administrator may decide alone, with a reason", from });
  return texts;
}

const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

function windowText({ days, fromMinute, toMinute, timeZone }: Window): string {
  const names = days.map((day) => weekdays[day - 1] ?? "");
  return `${listOf(names)} from ${clock(fromMinute)} to ${clock(toMinute)} (${timeZone})`;
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}

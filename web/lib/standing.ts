import type { ApprovalDetail } from "../../src/contract/approval.ts";
import type { StandingView } from "../../src/contract/policy-view.ts";
import { visibleText } from "./visible-text.ts";

/** "One more approval is needed, and one of team security." */
export function stillNeeded({ needed }: Pick<StandingView, "needed">): string {
  const empty = needed.groups.filter(({ missing }) => missing > 0);
  const seats = empty.reduce((sum, { missing }) => sum + missing, 0);
  const total = Math.max(needed.approvals, seats);
  if (total === 0) return "Nobody is missing any more.";
  const groups = empty.map(({ team, missing }) => `${inWords(missing)} of team ${visibleText(team)}`);
  const more =
    total === 1 ? "One more approval is needed" : `${inWords(total, true)} more approvals are needed`;
  return groups.length === 0 ? `${more}.` : `${more}, among them ${listOf(groups)}.`;
}

/** More names than this are counted only. */
const namesMax = 4;

/** "Ada, Grace and 3 others can help now." */
export function whoCan({ whoCan: { anyReviewer, teams, people } }: Pick<StandingView, "whoCan">): string {
  if (people.length > 0) {
    const names = people.slice(0, namesMax).map(({ name }) => visibleText(name));
    const others = people.length - names.length;
    return `${listOf(others === 0 ? names : [...names, others === 1 ? "1 other" : `${others} others`])} can help now.`;
  }
  if (anyReviewer) return "Nobody who is known here can give it yet: any reviewer who is not excluded could.";
  if (teams.length === 0) return "";
  return `Nobody of ${teams.length === 1 ? "team" : "teams"} ${listOf(teams.map((team) => visibleText(team)))} can help now.`;
}

type Timed = Pick<ApprovalDetail, "standing" | "policy" | "deadlineAt">;

/** Whether no approval can complete any more before Step Functions stops waiting. */
export function opensTooLate({ standing, deadlineAt }: Omit<Timed, "policy">): boolean {
  if (standing === null || standing.isOpen) return false;
  const { opensAt } = standing;
  if (opensAt === null) return true;
  return deadlineAt !== null && Date.parse(opensAt) >= Date.parse(deadlineAt);
}

/** What comes of an approval whose window opens too late. */
export function withoutWindow({ standing, policy, deadlineAt }: Timed): string {
  const has = (name: string) => policy.rules.some(({ rule }) => rule === name);
  const ways = [
    ...(has("reject") ? ["somebody rejects it"] : []),
    ...(has("breakGlass") ? ["an administrator breaks the glass"] : []),
  ];
  const end =
    standing?.timeoutRejection != null
      ? "will be rejected by itself"
      : deadlineAt === null
        ? "will wait for ever"
        : "will time out";
  const why =
    standing?.opensAt == null ? "The window never opens again" : "The window opens after the deadline";
  return `${why}: it ${end}${ways.length === 0 ? "" : `, unless ${ways.join(" or ")}`}.`;
}

export const involvement = {
  requester: "requested it",
  author: "wrote the commit",
  committer: "committed it",
  coAuthors: "co-wrote it",
  pusher: "pushed it",
};

/** Who may not decide, and why: mostly one person has done all of it, and is named once. */
export function excludedPeople(excluded: ApprovalDetail["excluded"]): { who: string[]; did: string[] }[] {
  const people = new Map<string, { who: string[]; did: string[] }>();
  for (const { as, who } of excluded) {
    const person = people.get(who.join("\n")) ?? { who, did: [] };
    person.did.push(involvement[as]);
    people.set(who.join("\n"), person);
  }
  return [...people.values()];
}

const numbers = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

function inWords(number: number, atStart = false): string {
  const word = numbers[number] ?? String(number);
  return atStart ? word.charAt(0).toUpperCase() + word.slice(1) : word;
}

export function listOf(words: readonly string[]): string {
  return words.length <= 1 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}

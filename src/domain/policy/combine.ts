import { askedName, involvements, type Involvement, type PolicyPart } from "./policy.ts";

/** One seat of a group: a person of one of these teams has to fill it. */
export interface Seat {
  team: string;
  /** Names of the policies that demand it. */
  from: readonly string[];
  parts: readonly PolicyPart[];
}

/**
 * What several policies demand together: the union of their rules, and of each number the stricter one. The order of the parts changes
 * nothing, and no part alone is stricter than all of them.
 */
export interface CombinedRules {
  required: number;
  seats: readonly Seat[];
  excluded: ReadonlySet<Involvement>;
  /** Null: nobody can reject. */
  rejectRequired: number | null;
  votesMayChange: boolean;
  comment: PolicyPart["comment"];
  botsMayApprove: boolean;
  botsMayReject: boolean;
  breakGlass: boolean;
}

/** Unites the parts of several policies; equal ones become one. The order is that of their names. */
export function combinePolicies(...lists: readonly (readonly PolicyPart[])[]): PolicyPart[] {
  const byText = new Map(lists.flat().map((part) => [`${part.name}\n${textOf(part)}`, part]));
  return [...byText].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, part]) => part);
}

/** Equal parts give equal texts, whatever the order of their members. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)))
      : each,
  );
}

const comments = ["never", "reject", "always"] as const;

export function rulesOf(parts: readonly PolicyPart[]): CombinedRules {
  const rejections = parts.flatMap(({ rejectRequired }) => rejectRequired ?? []);
  // A task's input gives nobody a vote: whose rejections count is for the policies to say that were not written by whoever started it.
  const named = parts.filter(({ name }) => name !== askedName);
  return {
    required: Math.max(1, ...parts.map(({ required }) => required)),
    seats: seatsOf(parts),
    excluded: new Set(involvements.filter((each) => parts.some(({ exclude }) => exclude[each]))),
    rejectRequired: rejections.length === 0 ? null : Math.min(...rejections),
    votesMayChange: parts.every(({ votesMayChange }) => votesMayChange),
    comment: comments[Math.max(0, ...parts.map(({ comment }) => comments.indexOf(comment)))] ?? "always",
    botsMayApprove: parts.every(({ bots }) => bots === "count"),
    botsMayReject: named.some(({ bots, rejectRequired }) => bots !== "ignore" && rejectRequired !== null),
    breakGlass: parts.every(({ breakGlass }) => breakGlass),
  };
}

/** Of each team as many seats as the strictest policy wants. */
function seatsOf(parts: readonly PolicyPart[]): Seat[] {
  const teams = new Set(parts.flatMap(({ groups }) => groups.map(({ team }) => team)));
  return [...teams].sort().flatMap((team) => {
    const wanted = (part: PolicyPart) =>
      Math.max(0, ...part.groups.filter((group) => group.team === team).map(({ required }) => required));
    const count = Math.max(...parts.map(wanted));
    return Array.from({ length: count }, (_, index) => {
      const demanding = parts.filter((part) => wanted(part) > index);
      return { team, from: demanding.map(({ name }) => name), parts: demanding };
    });
  });
}

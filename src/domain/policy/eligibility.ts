import type { Caller, Holder } from "../actor.ts";
import type { Verdict } from "../approval.ts";
import { rulesOf, type CombinedRules } from "./combine.ts";
import { spellingsOf } from "./involved.ts";
import { involvements, type Involved, type Involvement, type PolicyPart } from "./policy.ts";
import { teamsFor, type Tally } from "./tally.ts";
import type { Clocks } from "./schedule.ts";

/** Why this caller may never decide, whatever the approval; null if it may. */
export function refusalOf(caller: Caller): string | null {
  switch (caller.kind) {
    case "person":
      return caller.role === "viewer"
        ? "Your role is viewer: it may read, not decide. Ask an administrator for the role reviewer."
        : null;
    case "bot":
      return caller.scopes.includes("decide")
        ? null
        : "This token lacks the scope decide. Make one with `countersign token create --scope decide`.";
  }
}

/** How a person was involved in what is to be approved, as far as these rules exclude it. */
export function excludedAs(
  person: Pick<Holder, "email" | "identities">,
  involved: Involved,
  { excluded }: Pick<CombinedRules, "excluded">,
): Involvement[] {
  const { email, identities } = person;
  const names = new Set([email, ...identities.emails, ...identities.logins].flatMap(spellingsOf));
  return involvements.filter(
    (each) =>
      excluded.has(each) && involved[each].some((name) => spellingsOf(name).some((one) => names.has(one))),
  );
}

const asWhom: Record<Involvement, string> = {
  requester: "requested it",
  author: "are the author of the commit",
  committer: "committed it",
  coAuthors: "are a co-author of the commit",
  pusher: "pushed it",
};

/** Why a person who was involved may not vote; null: they may. */
export function involvementRefusal(
  caller: Caller,
  involved: Involved,
  parts: readonly PolicyPart[],
): string | null {
  if (caller.kind === "bot") return null;
  const [first] = excludedAs(caller, involved, rulesOf(parts));
  if (first === undefined) return null;
  const from = namesOf(parts.filter(({ exclude }) => exclude[first]));
  return `You ${asWhom[first]}: somebody else has to decide (${from}).`;
}

/** Why a bot may not approve for whom its secret was shown to: nobody approves a change of their own by way of a bot. Null: it may. */
export function holderRefusal(
  caller: Caller,
  verdict: Verdict,
  involved: Involved,
  parts: readonly PolicyPart[],
): string | null {
  if (caller.kind === "person" || caller.holder == null || verdict === "reject") return null;
  const [first] = excludedAs(caller.holder, involved, rulesOf(parts));
  if (first === undefined) return null;
  const from = namesOf(parts.filter(({ exclude }) => exclude[first]));
  return `${caller.holder.name} knows the secret of this token, and is excluded as ${partOf[first]}: somebody else has to approve (${from}).`;
}

const partOf: Record<Involvement, string> = {
  requester: "requester",
  author: "author of the commit",
  committer: "committer",
  coAuthors: "co-author of the commit",
  pusher: "pusher",
};

/** Why a bot may not say this; null: it may, or it is none. */
export function botRefusal(caller: Caller, verdict: Verdict, parts: readonly PolicyPart[]): string | null {
  if (caller.kind === "person") return null;
  const { verdicts } = caller.limits;
  if (verdicts?.includes(verdict) === false) return `This token may not ${verdict}.`;
  const { botsMayApprove, botsMayReject } = rulesOf(parts);
  if (verdict === "approve" ? botsMayApprove : botsMayReject) return null;
  const from = namesOf(parts.filter(({ bots }) => bots !== "count"));
  return botsMayReject ? `Bots may only reject here (${from}).` : `No bot votes here (${from}).`;
}

/** Why an approval by this caller would fill nothing that is needed; null: it would. */
export function groupRefusal(
  caller: Caller,
  parts: readonly PolicyPart[],
  clocks: Clocks,
  now: Date,
): string | null {
  const { seats, required } = rulesOf(parts);
  if (seats.length === 0 || required > seats.length) return null;
  const wanted = [...new Set(seats.flatMap((seat) => teamsFor(seat, clocks, now)))];
  const teams = caller.kind === "person" ? caller.teams : [];
  if (wanted.some((team) => teams.includes(team))) return null;
  const from = namesOf(parts.filter(({ groups }) => groups.length > 0));
  return `Only members of ${listOf(wanted)} can approve this (${from}).`;
}

/** The seats of each team, filled and not. */
export function seatsByTeam({
  seats,
}: Pick<Tally, "seats">): { team: string; required: number; have: number; from: string[] }[] {
  const teams = [...new Set(seats.map(({ team }) => team))];
  return teams.map((team) => {
    const own = seats.filter((seat) => seat.team === team);
    return {
      team,
      required: own.length,
      have: own.filter(({ isFilled }) => isFilled).length,
      from: [...new Set(own.flatMap(({ from }) => from))].sort(),
    };
  });
}

/** "policy production", "policies production and security". */
export function namesOf(parts: readonly { name: string }[]): string {
  const names = [...new Set(parts.map(({ name }) => name))].sort();
  return `${names.length === 1 ? "policy" : "policies"} ${listOf(names)}`;
}

/** "a", "a and b", "a, b and c". */
export function listOf(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
}

import type { Approval, Verdict, Vote } from "../approval.ts";
import { isOpenAt } from "./calendar.ts";
import { rulesOf, type CombinedRules, type Seat } from "./combine.ts";
import type { Involved, PolicyPart } from "./policy.ts";
import { clocksOf, standInsOf, type Clocks } from "./schedule.ts";
import { countingVotes } from "./voter.ts";

/** What the votes come to under a policy, at one instant. */
export interface Tally {
  /** Null: more votes are needed, or a window has to open. */
  verdict: Verdict | null;
  /** The approvals suffice; only time is missing. */
  awaitsWindow: boolean;
  /** The votes that count for an approval, and for a rejection. */
  approvals: readonly Vote[];
  rejections: readonly Vote[];
  /** Whoever is missing beside the seats. */
  missing: number;
  seats: readonly (Seat & { isFilled: boolean })[];
}

/** What the votes of an approval come to now. */
export function tallyOf(
  { policy, subject, receivedAt, votes }: Pick<Approval, "policy" | "subject" | "receivedAt" | "votes">,
  now: Date,
): Tally {
  const { involved } = subject;
  return tallyVotes(policy.parts, votes, { ...clocksOf({ receivedAt, subject }), involved }, now);
}

/**
 * Counts each actor once, by the vote of theirs that stands, if they may still give it. A rejection that suffices wins over an approval
 * that does. The order of the votes changes nothing.
 */
export function tallyVotes(
  parts: readonly PolicyPart[],
  votes: readonly Vote[],
  { involved, ...clocks }: Clocks & { involved: Involved },
  now: Date,
): Tally {
  const rules = rulesOf(parts);
  const standing = countingVotes(votes, involved, parts);
  const approvals = onePerPerson(
    standing.filter((vote) => vote.verdict === "approve" && countsToApprove(vote, rules)),
  );
  const rejections = onePerPerson(
    standing.filter((vote) => vote.verdict === "reject" && countsToReject(vote, rules)),
  );
  const filled = fillSeats(
    rules.seats.map((seat) => teamsFor(seat, clocks, now)),
    inOrder(approvals).map(({ teams }) => teams),
  );
  const seats = rules.seats.map((seat, index) => ({ ...seat, isFilled: filled.has(index) }));
  const missing = Math.max(0, rules.required - approvals.length);
  const suffices = missing === 0 && seats.every(({ isFilled }) => isFilled);
  const isRejected = rules.rejectRequired !== null && rejections.length >= rules.rejectRequired;
  const isOpen = parts.every((part) => isOpenAt(part, now));
  return {
    verdict: isRejected ? "reject" : suffices && isOpen ? "approve" : null,
    awaitsWindow: !isRejected && suffices && !isOpen,
    approvals,
    rejections,
    missing,
    seats,
  };
}

/** A person and the bots whose secrets were shown to them are one voter: else one administrator would be a quorum. Their own vote goes first. */
function onePerPerson(votes: readonly Vote[]): Vote[] {
  const byVoter = new Map<string, Vote>();
  for (const vote of votes) {
    const { kind, id } = vote.actor;
    const voter = kind === "person" ? id : (vote.heldBy ?? `${kind} ${id}`);
    if (!byVoter.has(voter) || kind === "person") byVoter.set(voter, vote);
  }
  return votes.filter((vote) => [...byVoter.values()].includes(vote));
}

/** So that what is shown as missing does not depend on who came first. */
function inOrder(votes: readonly Vote[]): Vote[] {
  return [...votes].sort((one, other) => (one.actor.id < other.actor.id ? -1 : 1));
}

function countsToApprove(vote: Vote, { botsMayApprove }: CombinedRules): boolean {
  return vote.class !== "bot" || botsMayApprove;
}

function countsToReject(vote: Vote, { botsMayReject }: CombinedRules): boolean {
  return vote.class !== "bot" || botsMayReject;
}

/** Who may fill a seat: its team, and teams to which every policy that demands it has escalated. */
export function teamsFor({ team, parts }: Seat, clocks: Clocks, now: Date): string[] {
  const [first = [], ...others] = parts.map((part) => standInsOf(part, clocks, now));
  return [team, ...first.filter((each) => others.every((list) => list.includes(each)))];
}

/**
 * The numbers of the seats that can be filled at once when each voter takes one: a maximum matching, by augmenting paths. Who sits
 * where never matters, only that no one sits twice.
 */
function fillSeats(
  seats: readonly (readonly string[])[],
  voters: readonly (readonly string[])[],
): Set<number> {
  const seatedAt = new Map<number, number>();
  const seat = (voter: number, tried: Set<number>): boolean => {
    for (const [number, teams] of seats.entries()) {
      if (tried.has(number) || !teams.some((team) => voters[voter]?.includes(team) === true)) continue;
      tried.add(number);
      const sitting = seatedAt.get(number);
      if (sitting === undefined || seat(sitting, tried)) {
        seatedAt.set(number, voter);
        return true;
      }
    }
    return false;
  };
  for (const voter of voters.keys()) seat(voter, new Set());
  return new Set(seatedAt.keys());
}

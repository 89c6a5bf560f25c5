import { countersignItself } from "../domain/actor.ts";
import type { Involved } from "../domain/policy/policy.ts";
import type { CheckEvent } from "../domain/check.ts";
import {
  executionNameFor,
  firedBy,
  isOf,
  strictest,
  toldMoreBy,
  type PushEvent,
  type Trigger,
} from "../domain/trigger.ts";
import type { Deps } from "./deps.ts";
import type { ForgeDelivery, ForgeName, Origin, PushOrder, StartState } from "./ports/intake.ts";
import { completeInvolved } from "./prove-policy-of.ts";
import { storable } from "./storable.ts";
import type { StartDeps } from "./start-execution.ts";
import { startOwed } from "./start-owed.ts";

/** One delivery whose signature was checked. */
export interface SignedDelivery extends ForgeDelivery {
  forge: ForgeName;
  bodyHash: Uint8Array;
}

export type AcceptResult =
  | { kind: "ignored"; reason: string }
  /** A check of a commit, or who made the commits that a merge brings. */
  | { kind: "noted" }
  | { kind: "accepted"; repeated: boolean; starts: StartState[] }
  | { kind: "other_body" };

type AcceptDeps = StartDeps & Pick<Deps, "entropy" | "chaining"> & { digest: (text: string) => string };

/**
 * Remembers the delivery together with the executions that it owes, then starts them. A start that fails now is tried again by the
 * sweep: forges do not repeat a delivery by themselves. `triggers` are those whose secret signed the delivery.
 */
export async function acceptDelivery(
  deps: AcceptDeps,
  delivery: SignedDelivery,
  triggers: readonly Trigger[],
): Promise<AcceptResult> {
  const known = await knownResult(deps, delivery);
  if (known !== null) return known;
  const { starts, told } = delivery.event === null ? nothing : startsFor(deps, delivery.event, triggers);
  const check = checkFor(delivery, triggers);
  const outcome = storable(outcomeOf(delivery, { starts, told, check })).slice(0, 500);
  const receivedAt = deps.clock.now();
  const { forge, deliveryId, eventName, bodyHash } = delivery;
  const written = await deps.intake.recordDelivery(
    { forge, deliveryId, event: eventName, bodyHash, receivedAt, outcome },
    { starts, told, check },
    {
      eventOf: ({ name, stateMachineArn }) => ({
        type: "execution.requested",
        at: receivedAt,
        approvalId: null,
        actor: countersignItself,
        detail: { forge, deliveryId, name, stateMachineArn },
        subject: `delivery:${forge}:${deliveryId}`,
      }),
      completed: (approval, origin) => completeInvolved(deps, approval, origin),
    },
  );
  // The same delivery came twice at once, and the other one was first.
  if (written === "known") return (await knownResult(deps, delivery)) ?? { kind: "ignored", reason: outcome };
  if (check !== null || (starts.length === 0 && told.length > 0)) return { kind: "noted" };
  if (starts.length === 0) return { kind: "ignored", reason: outcome };
  // Those that an earlier delivery already asked for are not ours to start; claiming tells.
  await startOwed(
    deps,
    starts.map(({ id }) => id),
  );
  const recorded = await deps.intake.findDelivery(forge, deliveryId);
  if (recorded === null || recorded.starts.length === 0)
    return { kind: "ignored", reason: "these executions were already asked for by an earlier delivery" };
  return { kind: "accepted", repeated: false, starts: recorded.starts };
}

/** What came of this delivery when it came before; null: it is new. */
async function knownResult(deps: AcceptDeps, delivery: SignedDelivery): Promise<AcceptResult | null> {
  const known = await deps.intake.findDelivery(delivery.forge, delivery.deliveryId);
  if (known === null) return null;
  if (!Buffer.from(known.delivery.bodyHash).equals(delivery.bodyHash)) return { kind: "other_body" };
  return known.starts.length === 0
    ? { kind: "ignored", reason: known.delivery.outcome }
    : { kind: "accepted", repeated: true, starts: known.starts };
}

/** The check that a delivery tells of, if a trigger that signed it waits for the repository. Text that cannot be stored loses what cannot. */
function checkFor({ check }: SignedDelivery, triggers: readonly Trigger[]): CheckEvent | null {
  if (check === null || !triggers.some((trigger) => isOf(trigger, check.repository))) return null;
  const { name, key, description, url } = check;
  return {
    ...check,
    name: storable(name),
    key: storable(key),
    description: description === null ? null : storable(description),
    url: url === null ? null : storable(url),
  };
}

type Owed = Parameters<Deps["intake"]["recordDelivery"]>[1];

const nothing: Pick<Owed, "starts" | "told"> = { starts: [], told: [] };

function outcomeOf(delivery: SignedDelivery, { starts, told, check }: Owed): string {
  if (check !== null) return `noted: ${check.name} is ${check.state}`;
  if (delivery.check !== null) return `no trigger in countersign.yaml is of ${delivery.check.repository}`;
  if (delivery.event === null) return delivery.ignoredBecause ?? "nobody waits for this event";
  if (starts.length > 0) return `asked for ${starts.length} execution(s)`;
  if (told.length > 0) return `noted: who made the commits of ${delivery.event.commit}, for its merge`;
  return `no trigger in countersign.yaml matches ${delivery.event.kind} on ${delivery.event.repository} ${delivery.event.branch}`;
}

/** The executions that an event asks for, and those that it tells of without asking for them. */
function startsFor(
  deps: AcceptDeps,
  event: PushEvent,
  triggers: readonly Trigger[],
): Pick<Owed, "starts" | "told"> {
  const fired = firedBy(event, triggers);
  const name = executionNameFor(
    event,
    deps.digest(`${event.repository.toLowerCase()}\n${event.ref}`).slice(0, 6),
    1,
  );
  const input = JSON.stringify(executionInput(event));
  const { repository } = event;
  const origin: Origin = { ref: event.ref, involved: event.involved, toldBy: [event.kind] };
  const machines = machinesOf(fired);
  const starts = machines.map((stateMachineArn) => ({
    id: deps.entropy.uuid(),
    stateMachineArn,
    name,
    input,
    repository,
    origin,
    order: orderOf(
      deps,
      event,
      fired.filter((trigger) => trigger.stateMachineArn === stateMachineArn),
    ),
  }));
  const others = machinesOf(toldMoreBy(event, triggers)).filter((arn) => !machines.includes(arn));
  return { starts, told: others.map((stateMachineArn) => ({ stateMachineArn, name, origin })) };
}

function machinesOf(triggers: readonly Trigger[]): string[] {
  return [...new Set(triggers.map(({ stateMachineArn }) => stateMachineArn))];
}

/** Patterns in countersign.yaml may be written anew; repository, branch and state machine stay what they are. */
function orderOf(
  { digest }: Pick<AcceptDeps, "digest">,
  { forge, repository, branch, commit, before, happenedAt, links }: PushEvent,
  triggers: readonly Trigger[],
): PushOrder {
  const machine = triggers[0]?.stateMachineArn ?? "";
  return {
    lane: digest(JSON.stringify([forge, repository.toLowerCase(), branch, machine])),
    branch: storable(branch),
    commit,
    before,
    happenedAt,
    url: links.find(({ url }) => url.includes(commit))?.url ?? null,
    mode: strictest(triggers.map(({ supersede }) => supersede)),
  };
}

/** What the state machine gets: docs/task-input.md shows it. */
function executionInput(event: PushEvent) {
  const { repository, commit, ref, branch, title, author, links, kind } = event;
  return { repository, commit, ref, branch, title, author, people: shownPeople(event), links, event: kind };
}

/** An execution's input is bounded; who is beyond this stands in our own record of the start. */
const peopleShown = 50;

function shownPeople({ involved }: PushEvent): Partial<Involved> {
  const { author, committer, coAuthors, pusher } = involved;
  const some = (names: readonly string[]) => names.slice(0, peopleShown).map((name) => name.slice(0, 254));
  return {
    author: some(author),
    committer: some(committer),
    coAuthors: some(coAuthors),
    pusher: some(pusher),
  };
}

import type { ActivitySettings } from "../src/application/deps.ts";
import { createStoreGate, type StoreGate } from "./store-gate.ts";
import { createPollTrouble } from "./poll-trouble.ts";
import { runPoller } from "./poller.ts";
import type { PollerDeps, PollerState, PollOutcome } from "./poller-context.ts";

export interface PollerPool {
  /** How many pollers are in each state. */
  states(): Record<PollerState, number>;
  /** Tokens that were neither stored nor handed back before `close` had to end. */
  lost(): number;
  /**
   * Starts no new poll and waits for those under way (up to 60 s), storing what they still bring. What finds no row is handed back before
   * `drainMs` are over; what could not even be handed back by then is lost.
   */
  close(drainMs?: number): Promise<void>;
}

/** AWS answers a poll within 60 s; one that has no answer by then will not bring any. */
export const defaultDrainMs = 65_000;
/** So long before the end of the drain tokens without a row are handed back: time for a few tries. */
const lastCallMs = 6_000;

/** A poll that brings a task this soon means that more were waiting. */
const atOnceMs = 1_000;

/** Polls that one process may hold open over all of its activities: each has a socket of its own. */
export interface PollSlots {
  readonly max: number;
  taken: number;
}

/**
 * The long pollers of one activity: between `min` and `max` of them. A poll that brings a task at once calls another poller; one that
 * comes back empty sends its poller home, as does trouble that more pollers make no better.
 */
export function startPollerPool(
  deps: PollerDeps,
  activity: ActivitySettings,
  slots: PollSlots = { max: Infinity, taken: 0 },
  store: StoreGate = createStoreGate(),
): PollerPool {
  const { stop, signals, drain } = createEnds(deps);
  const trouble = createPollTrouble(deps, activity);
  const running = new Map<number, { state: PollerState; done: Promise<void> }>();
  let started = 0;
  let lost = 0;
  const mayGrow = () => !stop.signal.aborted && hasRoom(slots, activity, running.size) && trouble.mayGrow();
  const fill = () => {
    while (running.size < trouble.fewest() && !stop.signal.aborted) start();
  };
  const mayLeave = (outcome: PollOutcome) => {
    if (outcome.kind === "failed") return running.size > leftAfter(outcome.stay, activity);
    fill();
    if (outcome.kind === "task" && outcome.afterMs < atOnceMs && mayGrow()) start();
    return outcome.kind === "empty" && running.size > activity.pollers.min;
  };
  const start = () => {
    slots.taken += 1;
    const number = (started += 1);
    const poller = { state: "idle" as PollerState, done: Promise.resolve() };
    running.set(number, poller);
    poller.done = runPoller(deps, {
      activity,
      ...signals,
      onState: (state) => void (poller.state = state),
      storeReady: () => store.ready(stop.signal),
      onStoreTrouble: store.trouble,
      onLost: () => void (lost += 1),
      trouble,
      mayLeave,
    })
      .catch((err: unknown) =>
        deps.log.error({ err, activityArn: activity.arn }, "a poller broke; starting another"),
      )
      .finally(() => {
        running.delete(number);
        slots.taken -= 1;
        fill();
      });
  };
  fill();
  return {
    states: () => countStates([...running.values()].map((poller) => poller.state)),
    lost: () => lost,
    async close(drainMs = defaultDrainMs) {
      stop.abort();
      for (const poller of running.values()) if (poller.state === "polling") poller.state = "stopping";
      await drain(
        drainMs,
        [...running.values()].map(({ done }) => done),
      );
    },
  };
}

function hasRoom({ taken, max }: PollSlots, { pollers }: ActivitySettings, running: number): boolean {
  return running < pollers.max && taken < max;
}

/** How a pool ends, step by step: no new poll; a token without a row goes back; the end. */
function createEnds({ clock }: PollerDeps) {
  const [stop, lastCall, hardStop] = [new AbortController(), new AbortController(), new AbortController()];
  return {
    stop,
    signals: { signal: stop.signal, lastCall: lastCall.signal, hardStop: hardStop.signal },
    /** Waits until all is done, and hurries it when the time comes. */
    async drain(drainMs: number, done: readonly Promise<void>[]): Promise<void> {
      const drained = new AbortController();
      const hurry = async () => {
        await clock.sleep(drainMs - lastCallMs, drained.signal);
        lastCall.abort();
        await clock.sleep(lastCallMs, drained.signal);
        hardStop.abort();
      };
      const hurrying = hurry();
      await Promise.all(done);
      drained.abort();
      await hurrying;
    },
  };
}

function leftAfter(stay: "all" | "min" | "one", { pollers }: ActivitySettings): number {
  return { all: pollers.max, min: pollers.min, one: 1 }[stay];
}

function countStates(states: readonly PollerState[]): Record<PollerState, number> {
  const counts: Record<PollerState, number> = { idle: 0, polling: 0, storing: 0, stopping: 0, stopped: 0 };
  for (const state of states) counts[state] += 1;
  return counts;
}

import type { ActivitySettings } from "../src/application/deps.ts";
import { runPoller, type PollerDeps, type PollerState } from "./poller.ts";

export interface PollerPool {
  /** How many pollers are in each state. */
  states(): Record<PollerState, number>;
  /** Starts no new poll and waits for those under way (up to 60 s), storing what they still bring. */
  close(): Promise<void>;
}

/** A poll that brings a task this soon means that more were waiting. */
const atOnceMs = 1_000;

/**
 * The long pollers of one activity: between `min` and `max` of them. A poll that brings a task at once calls another poller; one that
 * comes back empty sends its poller home.
 */
export function startPollerPool(deps: PollerDeps, activity: ActivitySettings): PollerPool {
  const stop = new AbortController();
  const running = new Map<number, { state: PollerState; done: Promise<void> }>();
  const store = createStoreGate();
  let started = 0;
  const start = () => {
    const number = (started += 1);
    const poller = { state: "idle" as PollerState, done: Promise.resolve() };
    running.set(number, poller);
    poller.done = runPoller(deps, {
      activity,
      signal: stop.signal,
      onState: (state) => void (poller.state = state),
      storeReady: () => store.ready(),
      onStoreTrouble: (inTrouble) => store.trouble(inTrouble),
      mayLeave: ({ tookTask, afterMs }) => {
        if (tookTask && afterMs < atOnceMs && running.size < activity.pollers.max && !stop.signal.aborted)
          start();
        return !tookTask && running.size > activity.pollers.min;
      },
    })
      .catch((error: unknown) =>
        deps.log.error({ err: error, activityArn: activity.arn }, "a poller broke; starting another"),
      )
      .finally(() => {
        running.delete(number);
        if (running.size < activity.pollers.min && !stop.signal.aborted) start();
      });
  };
  for (let count = 0; count < activity.pollers.min; count += 1) start();
  return {
    states: () => countStates([...running.values()].map((poller) => poller.state)),
    async close() {
      stop.abort();
      store.open();
      for (const poller of running.values()) if (poller.state === "polling") poller.state = "stopping";
      await Promise.all([...running.values()].map((poller) => poller.done));
    },
  };
}

function countStates(states: readonly PollerState[]): Record<PollerState, number> {
  const counts: Record<PollerState, number> = { idle: 0, polling: 0, storing: 0, stopping: 0, stopped: 0 };
  for (const state of states) counts[state] += 1;
  return counts;
}

/** Open while no poller holds a token that it cannot store. */
function createStoreGate() {
  let troubles = 0;
  let waiting: (() => void)[] = [];
  const open = () => {
    for (const go of waiting) go();
    waiting = [];
  };
  return {
    open,
    ready: () => (troubles === 0 ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve))),
    trouble(inTrouble: boolean) {
      troubles += inTrouble ? 1 : -1;
      if (troubles === 0) open();
    },
  };
}

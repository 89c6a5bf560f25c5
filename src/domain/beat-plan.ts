/** So many tasks whose states declare the same HeartbeatSeconds. */
export interface BeatDemand {
  heartbeatSeconds: number;
  tasks: number;
}

/** How the fleet's budget of heartbeats meets what its tasks need. Rates are calls per second. */
export interface BeatPlan {
  /** What it would take to beat every task at a third of its HeartbeatSeconds. */
  needed: number;
  /** What there is for it. */
  available: number;
  /** Intervals are this many times a third of HeartbeatSeconds: 1, or up to 2 when that is what fits. */
  stretch: number;
  /** Tasks that cannot be kept alive even so. */
  atRisk: number;
  /** HeartbeatSeconds of all tasks under which every one fits again, without any stretch. Null: they do. */
  fittingHeartbeatSeconds: number | null;
}

/** The rest is for probes, for beats that are sent again, and for the time between two sweeps. */
const usableShare = 0.9;

/** At two thirds of HeartbeatSeconds one lost beat is the end of a task: better than having none for others. */
export const longestStretch = 2;

/** A beat goes out a little before its interval is over: the mean of the jitter in `beatIntervalMs`. */
const meanJitter = 0.95;

/** What every process of the fleet comes to by itself from the same demand. `callsPerSecond` is the fleet's whole budget. */
export function planBeats(demand: readonly BeatDemand[], callsPerSecond: number): BeatPlan {
  const available = callsPerSecond * usableShare;
  const needed = rateOf(demand, 1);
  const stretch = Math.min(longestStretch, Math.max(1, needed / available));
  const tasks = demand.reduce((sum, each) => sum + each.tasks, 0);
  return {
    needed,
    available,
    stretch,
    atRisk: tooMany(demand, available),
    fittingHeartbeatSeconds: needed <= available ? null : Math.ceil((tasks * 3) / meanJitter / available),
  };
}

function rateOf(demand: readonly BeatDemand[], stretch: number): number {
  return demand.reduce(
    (sum, { heartbeatSeconds, tasks }) => sum + tasks * ratePerTask(heartbeatSeconds, stretch),
    0,
  );
}

function ratePerTask(heartbeatSeconds: number, stretch: number): number {
  return 3 / (heartbeatSeconds * meanJitter * stretch);
}

/** The fewest tasks without which the others fit: those that need beats most often cost most, so they go first. */
function tooMany(demand: readonly BeatDemand[], available: number): number {
  let excess = rateOf(demand, longestStretch) - available;
  let dropped = 0;
  for (const { heartbeatSeconds, tasks } of [...demand].sort(
    (a, b) => a.heartbeatSeconds - b.heartbeatSeconds,
  )) {
    if (excess <= 0) break;
    const rate = ratePerTask(heartbeatSeconds, longestStretch);
    const goes = Math.min(tasks, Math.ceil(excess / rate));
    dropped += goes;
    excess -= goes * rate;
  }
  return dropped;
}

import type { LapsedReason } from "./approval.ts";

/**
 * Beats go out at a third of HeartbeatSeconds: two may be lost, and the third still comes in time. The jitter keeps a
 * thousand approvals that arrived together from beating together for ever.
 */
export function beatIntervalMs(heartbeatSeconds: number, random: number, stretch = 1): number {
  return Math.round((heartbeatSeconds * 1000 * (0.9 + 0.1 * random) * stretch) / 3);
}

/** A task without HeartbeatSeconds is asked about this often, only to learn that nobody waits for it any more. */
export const probeIntervalMs = 300_000;

/**
 * Until history has told HeartbeatSeconds, assume a short one: a beat that was not needed costs one call, one that was
 * missed costs the deployment.
 */
export const assumedHeartbeatSeconds = 15;

/** What is known of a task's clocks. Times are instants, timeouts whole seconds; `identified`: history has told the timeouts. */
export interface BeatFacts {
  receivedAt: Date;
  timeoutSeconds: number | null;
  heartbeatSeconds: number | null;
  identified: boolean;
}

/**
 * When the next beat is due after `now`. A task with a deadline is also asked just after it, so that it lapses promptly. `stretch` is
 * that of the plan under which the fleet beats: 1 while all is well.
 */
export function nextBeatAt(facts: BeatFacts, now: Date, random: number, stretch = 1): Date {
  const heartbeatSeconds = facts.heartbeatSeconds ?? (facts.identified ? null : assumedHeartbeatSeconds);
  const intervalMs =
    heartbeatSeconds === null
      ? probeIntervalMs * (0.9 + 0.1 * random)
      : beatIntervalMs(heartbeatSeconds, random, stretch);
  const regular = now.getTime() + intervalMs;
  const afterDeadline = deadlineProbe(facts);
  return new Date(
    afterDeadline !== null && afterDeadline > now.getTime() ? Math.min(regular, afterDeadline) : regular,
  );
}

function deadlineProbe({ receivedAt, timeoutSeconds }: BeatFacts): number | null {
  return timeoutSeconds === null ? null : receivedAt.getTime() + timeoutSeconds * 1000 + 1000;
}

/** Why a task that was closed by the instant `at` lapsed, from its clocks; null: none of them had run out. */
export function lapsedReasonByClock(
  facts: BeatFacts & { lastBeatAt: Date | null },
  at: Date,
): LapsedReason | null {
  const sinceReceived = at.getTime() - facts.receivedAt.getTime();
  if (facts.timeoutSeconds !== null && sinceReceived >= facts.timeoutSeconds * 1000) return "timed_out";
  const sinceHeard = at.getTime() - (facts.lastBeatAt ?? facts.receivedAt).getTime();
  if (facts.heartbeatSeconds !== null && sinceHeard >= facts.heartbeatSeconds * 1000)
    return "heartbeat_expired";
  return null;
}

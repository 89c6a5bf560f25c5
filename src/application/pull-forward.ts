import type { Deps } from "./deps.ts";

/** After the clock was set back, beats lie too far ahead: further than a plan with this `stretch` puts them. They become due now. */
export async function pullForward(
  { heartbeats, clock, log }: Pick<Deps, "heartbeats" | "clock" | "log">,
  stretch: number,
): Promise<void> {
  const beats = await heartbeats.pullForward(clock.now(), stretch);
  if (beats > 0)
    log.warn({ beats }, "heartbeats lay too far ahead (was the clock set back?); they are due now");
}

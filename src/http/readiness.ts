import { setTimeout as delay } from "node:timers/promises";
import type { PartState } from "../application/ports/readiness.ts";

export interface ReadinessReport {
  /** `degraded`: whatever does not work is not needed. */
  status: "ready" | "degraded" | "not_ready";
  parts: Record<string, PartState>;
}

/** What `GET /readyz` says. Every part registers how to look at it. */
export interface Readiness {
  watch(part: string, look: () => Promise<PartState> | PartState): void;
  look(): Promise<ReadinessReport>;
}

/** A probe gives up after some seconds, and then nobody learns which part hangs. */
const lookTimeoutMs = 2_500;

export function createReadiness(): Readiness {
  const looks = new Map<string, () => Promise<PartState> | PartState>();
  return {
    watch: (part, look) => void looks.set(part, look),
    async look() {
      const states = await Promise.all(
        [...looks].map(async ([part, look]) => [part, await within(look)] as const),
      );
      const failing = states.filter(([, state]) => !state.ready);
      const status = failing.some(([, state]) => state.needed)
        ? "not_ready"
        : failing.length > 0
          ? "degraded"
          : "ready";
      return { status, parts: Object.fromEntries(states) };
    },
  };
}

async function within(look: () => Promise<PartState> | PartState): Promise<PartState> {
  const broken = (detail: string): PartState => ({ ready: false, needed: true, detail });
  const late = delay(lookTimeoutMs, broken(`did not tell within ${lookTimeoutMs} ms`), { ref: false });
  try {
    return await Promise.race([Promise.resolve().then(look), late]);
  } catch {
    return broken("could not be looked at");
  }
}

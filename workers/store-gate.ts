/**
 * Shut while a poller of this process holds a token that finds no row, or has handed one back and the store is still away: whoever polled
 * for more would only take what cannot be kept.
 */
export interface StoreGate {
  /** Resolves once the gate is open, or `signal` is aborted. */
  ready(signal: AbortSignal): Promise<void>;
  /** One more, or one less, who cannot store. */
  trouble(inTrouble: boolean): void;
}

export function createStoreGate(): StoreGate {
  let troubles = 0;
  const waiting = new Set<() => void>();
  return {
    async ready(signal) {
      while (troubles > 0 && !signal.aborted)
        await new Promise<void>((resolve) => {
          const go = () => {
            waiting.delete(go);
            signal.removeEventListener("abort", go);
            resolve();
          };
          waiting.add(go);
          signal.addEventListener("abort", go);
        });
    },
    trouble(inTrouble) {
      troubles += inTrouble ? 1 : -1;
      if (troubles === 0) for (const go of [...waiting]) go();
    },
  };
}

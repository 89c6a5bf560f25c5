import type { Log } from "./application/ports.ts";

export interface Lifecycle {
  /** Whoever opens something registers at once how it closes. */
  onClose(what: string, close: () => Promise<void> | void): void;
  /** Closes in reverse order, each thing once; a part that fails or hangs is logged and does not keep the others open. */
  close(): Promise<void>;
}

/** `deadlineMs`: how long one part may take. */
export function createLifecycle(log: Log, deadlineMs = 70_000): Lifecycle {
  const parts: { what: string; close: () => Promise<void> | void }[] = [];
  let closing: Promise<void> | null = null;
  const closeAll = async () => {
    for (let part = parts.pop(); part !== undefined; part = parts.pop())
      await closePart(log, part, deadlineMs);
  };
  return {
    onClose: (what, close) => void parts.push({ what, close }),
    close: () => (closing ??= closeAll()),
  };
}

async function closePart(
  log: Log,
  { what, close }: { what: string; close: () => Promise<void> | void },
  deadlineMs: number,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not closed after ${deadlineMs} ms`)), deadlineMs);
  });
  try {
    await Promise.race([Promise.resolve().then(close), deadline]);
    log.debug({ what }, "closed");
  } catch (error) {
    log.error({ err: error, what }, "could not close");
  } finally {
    clearTimeout(timer);
  }
}

/** A terminal and a parent that both pass on one Ctrl-C send two signals within a moment; a person does not. */
const samePressMs = 500;

/**
 * Closes at the first SIGTERM or SIGINT and ends the process; a second signal ends it at once, with exit code 1. For entry points.
 */
export function closeOnSignals(lifecycle: Lifecycle, log: Log): void {
  let firstAtMs: number | null = null;
  const onSignal = (signal: NodeJS.Signals) => {
    const nowMs = performance.now();
    if (firstAtMs !== null && nowMs - firstAtMs < samePressMs) return;
    if (firstAtMs !== null) {
      log.error({ signal }, "second signal: ending at once; a poll under way may lose its task token");
      process.exit(1);
    }
    firstAtMs = nowMs;
    log.info({ signal }, "stopping; a second signal ends at once");
    lifecycle.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
}

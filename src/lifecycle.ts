import type { Log } from "./application/ports/runtime.ts";

export interface Lifecycle {
  /** Whoever opens something registers at once how it closes. */
  onClose(what: string, close: () => Promise<void> | void): void;
  /** Closes in reverse order, each thing once; a part that fails or hangs is logged and does not keep the others open. */
  close(): Promise<void>;
  readonly isClosing: boolean;
}

/**
 * `deadlineMs`: how long all of it may take; docker-compose.yml gives 75 s. What has not closed by then is left behind, with a line in
 * the log for each part.
 */
export function createLifecycle(log: Log, deadlineMs = 70_000): Lifecycle {
  const parts: { what: string; close: () => Promise<void> | void }[] = [];
  let closing: Promise<void> | null = null;
  const closeAll = async () => {
    const deadline = performance.now() + deadlineMs;
    for (let part = parts.pop(); part !== undefined; part = parts.pop())
      await closePart(log, part, Math.max(shortestMs, deadline - performance.now()));
  };
  return {
    onClose(what, close) {
      parts.push({ what, close });
      // What is opened while everything closes (a signal during the start) closes too.
      if (closing !== null) closing = closing.then(closeAll);
    },
    close: () => (closing ??= closeAll()),
    get isClosing() {
      return closing !== null;
    },
  };
}

/** Even the last part gets a moment, however long the others took. */
const shortestMs = 500;

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
export function closeOnSignals(lifecycle: Pick<Lifecycle, "close">, log: Log): void {
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

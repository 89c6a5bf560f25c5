import type { Log } from "./application/ports/runtime.ts";

export interface Lifecycle {
  /** Whoever opens something registers at once how it closes. */
  onClose(what: string, close: () => Promise<void> | void): void;
  /** Whoever may hold task tokens that nobody else has tells how many would be lost if the process ended now. */
  countAtRisk(count: () => number): void;
  /** Closes in reverse order, each thing once; a part that fails or hangs is logged and does not keep the others open. */
  close(): Promise<Closed>;
  readonly isClosing: boolean;
  tokensAtRisk(): number;
}

/** How closing went. */
export interface Closed {
  /** Parts that failed or were left behind. */
  unclosed: readonly string[];
  /** Task tokens that may be lost: polls that were cut off, and tokens that found no row in time. */
  tokensAtRisk: number;
}

/**
 * `deadlineMs`: how long all of it may take; docker-compose.yml gives 75 s. What has not closed by then is left behind, with a line in
 * the log for each part.
 */
export function createLifecycle(log: Log, deadlineMs = 70_000): Lifecycle {
  const parts: Part[] = [];
  const counts: (() => number)[] = [];
  const unclosed: string[] = [];
  let closing: Promise<void> | null = null;
  const closeAll = async () => {
    const deadline = performance.now() + deadlineMs;
    for (let part = parts.pop(); part !== undefined; part = parts.pop())
      if (!(await closePart(log, part, Math.max(shortestMs, deadline - performance.now()))))
        unclosed.push(part.what);
  };
  const tokensAtRisk = () => counts.reduce((sum, count) => sum + count(), 0);
  return {
    onClose(what, close) {
      parts.push({ what, close });
      // What is opened while everything closes (a signal during the start) closes too.
      if (closing !== null) closing = closing.then(closeAll);
    },
    countAtRisk: (count) => void counts.push(count),
    async close() {
      await (closing ??= closeAll());
      return { unclosed, tokensAtRisk: tokensAtRisk() };
    },
    get isClosing() {
      return closing !== null;
    },
    tokensAtRisk,
  };
}

interface Part {
  what: string;
  close: () => Promise<void> | void;
}

/** Even the last part gets a moment, however long the others took. */
const shortestMs = 500;

async function closePart(log: Log, { what, close }: Part, deadlineMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not closed after ${Math.round(deadlineMs)} ms`)), deadlineMs);
  });
  try {
    await Promise.race([Promise.resolve().then(close), deadline]);
    log.debug({ what }, "closed");
    return true;
  } catch (error) {
    log.error({ err: error, what }, "could not close");
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** What ends a process, as far as it must be known here; a test brings its own. */
export type ProcessEnds = Pick<NodeJS.Process, "on" | "exit">;

/** A terminal and a parent that both pass on one Ctrl-C send two signals within a moment; a person does not. */
const samePressMs = 500;

/**
 * Ends the process with an honest exit code. At the first SIGTERM or SIGINT it closes: 0 if every part closed and no task token may be
 * lost, else 1. A second signal ends it at once: 1. A fault that nobody caught closes everything too, for the polls under way: 1.
 * For entry points.
 */
export function closeOnSignals(
  lifecycle: Pick<Lifecycle, "close" | "tokensAtRisk">,
  log: Log,
  ends: ProcessEnds = process,
): void {
  let firstAtMs: number | null = null;
  let isBroken = false;
  const stop = async () => {
    const { unclosed, tokensAtRisk } = await lifecycle.close();
    const isClean = unclosed.length === 0 && tokensAtRisk === 0;
    log[isClean ? "info" : "error"]({ tokensAtRisk, unclosed }, `stopped; ${lossOf(tokensAtRisk)}`);
    ends.exit(isClean && !isBroken ? 0 : 1);
  };
  const onSignal = (signal: NodeJS.Signals) => {
    const nowMs = performance.now();
    if (firstAtMs !== null && nowMs - firstAtMs < samePressMs) return;
    if (firstAtMs !== null) {
      const tokensAtRisk = lifecycle.tokensAtRisk();
      log.error({ signal, tokensAtRisk }, `second signal: ending at once; ${lossOf(tokensAtRisk)}`);
      return ends.exit(1);
    }
    firstAtMs = nowMs;
    log.info({ signal }, "stopping; a second signal ends at once");
    void stop();
  };
  // Node makes an uncaught exception of a rejection that nobody handles.
  const onFault = (error: unknown) => {
    log.error({ err: error }, "a fault that nobody caught: stopping");
    if (isBroken) return;
    isBroken = true;
    if (firstAtMs === null) void stop();
  };
  ends.on("SIGTERM", onSignal).on("SIGINT", onSignal).on("uncaughtException", onFault);
}

function lossOf(tokensAtRisk: number): string {
  return tokensAtRisk === 0 ? "no task token is lost" : `up to ${tokensAtRisk} task tokens may be lost`;
}

import { setImmediate as nextTurn } from "node:timers/promises";

/** A timer that has been set; `cancel` may be called at any time and any number of times. */
export interface Timer {
  cancel(): void;
}

/** All that the endpoint knows about time. Tests hand in a {@link ManualClock} and move it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `run` once `now()` has reached `atMs` (epoch milliseconds); never synchronously. */
  setTimer(atMs: number, run: () => void): Timer;
}

/** Node turns a longer delay into 1 ms, so that a Wait state of a month would end at once. */
const longestDelayMs = 2 ** 31 - 1;

/** The machine's own clock. Its timers do not keep the process alive: the listening socket does. */
export function systemClock(): Clock {
  return { now: () => Date.now(), setTimer: setSystemTimer };
}

function setSystemTimer(atMs: number, run: () => void): Timer {
  let handle: NodeJS.Timeout;
  const arm = () => {
    const delay = Math.max(0, atMs - Date.now());
    handle = delay > longestDelayMs ? setTimeout(arm, longestDelayMs) : setTimeout(run, delay);
    handle.unref();
  };
  arm();
  return { cancel: () => clearTimeout(handle) };
}

interface ManualTimer {
  readonly at: number;
  readonly run: () => void;
}

/** A clock that stands still until `advance` is called: sixty seconds of long poll pass without a second of waiting. */
export class ManualClock implements Clock {
  #now: number;
  readonly #turns: number;
  readonly #timers = new Set<ManualTimer>();

  /**
   * @param startMs where the clock stands at first, in epoch milliseconds
   * @param turns how often the event loop turns between two timers: what follows from the first may take several
   */
  constructor(startMs: number = Date.UTC(2026, 0, 1), turns = 1) {
    this.#now = startMs;
    this.#turns = turns;
  }

  now(): number {
    return this.#now;
  }

  setTimer(atMs: number, run: () => void): Timer {
    const timer = { at: atMs, run };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  /** How many timers are set: a test that ends with some has leaked them. */
  get pending(): number {
    return this.#timers.size;
  }

  /**
   * Moves the clock forward and fires what falls due, earliest first, each at its own time. Between two timers the event
   * loop turns, so that timers set in consequence of the first are seen too.
   */
  async advance(ms: number): Promise<void> {
    const target = this.#now + ms;
    await this.#settle();
    for (let timer = this.#earliest(target); timer !== undefined; timer = this.#earliest(target)) {
      this.#timers.delete(timer);
      this.#now = Math.max(this.#now, timer.at);
      timer.run();
      await this.#settle();
    }
    this.#now = target;
    await this.#settle();
  }

  async #settle(): Promise<void> {
    for (let turn = 0; turn < this.#turns; turn += 1) await nextTurn();
  }

  #earliest(target: number): ManualTimer | undefined {
    let earliest: ManualTimer | undefined;
    for (const timer of this.#timers) {
      // Strictly less: of two timers for the same moment, the one that was set first fires first.
      if (timer.at <= target && (earliest === undefined || timer.at < earliest.at)) earliest = timer;
    }
    return earliest;
  }
}

type Settle<T> = (value: T) => void;
type State<T> =
  | { readonly is: "pending" }
  | { readonly is: "fulfilled"; readonly value: T }
  | { readonly is: "rejected"; readonly reason: unknown };

const jobs: (() => void)[] = [];

/** For a promise that is settled from outside. */
const later = () => undefined;

/** Thrown when work that should end does not. */
export class TooManyJobs extends Error {}

/**
 * A promise whose jobs are done by {@link drain} rather than by the event loop. A library that is asynchronous in form only,
 * because it waits for nothing outside itself, becomes synchronous with it, and its stack stays as flat as with real ones.
 */
export class DrainedPromise<T> {
  #state: State<T> = { is: "pending" };
  #waiting: (() => void)[] = [];

  constructor(executor: (resolve: Settle<T | PromiseLike<T>>, reject: Settle<unknown>) => void) {
    const reject = (reason: unknown) => this.#settle({ is: "rejected", reason });
    try {
      executor((value) => this.#resolve(value), reject);
    } catch (error) {
      reject(error);
    }
  }

  static resolve<T>(value: T | PromiseLike<T>): DrainedPromise<T> {
    if (value instanceof DrainedPromise) return value;
    const promise = new DrainedPromise<T>(later);
    promise.#resolve(value);
    return promise;
  }

  static reject(reason: unknown): DrainedPromise<never> {
    return new DrainedPromise((_, reject) => reject(reason));
  }

  static all<T>(items: Iterable<T | PromiseLike<T>>): DrainedPromise<T[]> {
    const list = [...items];
    return new DrainedPromise((resolve, reject) => {
      const values: T[] = [];
      let left = list.length;
      if (left === 0) resolve(values);
      list.forEach((item, index) => {
        DrainedPromise.resolve(item).then((value) => {
          values[index] = value;
          left -= 1;
          if (left === 0) resolve(values);
        }, reject);
      });
    });
  }

  then<U>(
    fulfilled?: ((value: T) => U | PromiseLike<U>) | null,
    rejected?: ((reason: unknown) => U | PromiseLike<U>) | null,
  ): DrainedPromise<U> {
    const next = new DrainedPromise<U>(later);
    const job = () => {
      const state = this.#state;
      try {
        if (state.is === "rejected") {
          if (typeof rejected === "function") next.#resolve(rejected(state.reason));
          else next.#settle(state);
        } else if (state.is === "fulfilled") {
          next.#resolve(typeof fulfilled === "function" ? fulfilled(state.value) : (state.value as never));
        }
      } catch (reason) {
        next.#settle({ is: "rejected", reason });
      }
    };
    if (this.#state.is === "pending") this.#waiting.push(job);
    else jobs.push(job);
    return next;
  }

  catch<U>(rejected: (reason: unknown) => U): DrainedPromise<T | U> {
    return this.then<T | U>(undefined, rejected);
  }

  /** The value of a promise that has been drained; throws what it was rejected with. */
  outcome(): T {
    if (this.#state.is === "rejected") throw this.#state.reason;
    if (this.#state.is === "pending") throw new Error("waits for something that never comes");
    return this.#state.value;
  }

  #resolve(value: T | PromiseLike<T>): void {
    if (!isThenable(value)) return this.#settle({ is: "fulfilled", value });
    value.then(
      (inner) => this.#resolve(inner),
      (reason: unknown) => this.#settle({ is: "rejected", reason }),
    );
  }

  #settle(state: State<T>): void {
    if (this.#state.is !== "pending") return;
    this.#state = state;
    jobs.push(...this.#waiting);
    this.#waiting = [];
  }
}

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** Does all jobs, those included that they lead to. Throws {@link TooManyJobs} beyond the limit. */
export function drain(limit: number): void {
  let done = 0;
  try {
    for (; done < jobs.length; done += 1) {
      jobs[done]?.();
      // Done jobs leave in bulk: taking each off the front would move all others every time.
      if (done >= 10_000) {
        limit -= done;
        jobs.splice(0, done);
        done = 0;
        if (limit < 0) throw new TooManyJobs();
      }
    }
  } finally {
    jobs.length = 0;
  }
}

import type { Deps } from "../../src/application/deps.ts";

/** Lets a process "die" between two steps: from a given call on, nothing that it starts ever happens or returns. */
export interface CrashPoint {
  around: (deps: Deps) => Deps;
  /** Names of the calls that went through, in order. */
  readonly calls: string[];
  /** Dies before call number `at` (0 is the first one from now on), or, with `after`, when it has had its effect and nobody heard. */
  arm(at: number, after: boolean): void;
  readonly hasDied: boolean;
  /** Until the call at which it died has had its effect. */
  settled(): Promise<void>;
}

/** Ports whose calls have effects or read what the next step depends on; the clock, chance and the log are none. */
const ports = [
  "approvals",
  "identify",
  "heartbeats",
  "answers",
  "intake",
  "supersede",
  "stepFunctions",
  "taskSource",
  "bell",
] as const satisfies readonly (keyof Deps)[];

type AnyPort = Record<string, (...args: unknown[]) => Promise<unknown>>;

export function crashPoint(): CrashPoint {
  const calls: string[] = [];
  let left = Infinity;
  let dieAfter = false;
  let died = false;
  let lastEffect: Promise<unknown> = Promise.resolve();
  const never = () => new Promise<never>(() => undefined);
  const wrap = (name: string, port: AnyPort): AnyPort =>
    new Proxy(port, {
      get:
        (target, method: string) =>
        async (...args: unknown[]) => {
          if (died) return never();
          calls.push(`${name}.${method}`);
          left -= 1;
          if (left >= 0) return target[method]?.(...args);
          died = true;
          if (dieAfter) lastEffect = target[method]?.(...args).catch(() => undefined) ?? lastEffect;
          return never();
        },
    });
  return {
    calls,
    around: (deps) => ({
      ...deps,
      ...Object.fromEntries(ports.map((name) => [name, wrap(name, deps[name] as unknown as AnyPort)])),
    }),
    arm(at, after) {
      left = at;
      dieAfter = after;
    },
    settled: () => lastEffect.then(() => undefined),
    get hasDied() {
      return died;
    },
  };
}

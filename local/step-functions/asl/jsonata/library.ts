import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { compileFunction } from "node:vm";
import { DrainedPromise } from "./drained-promise.ts";
import { boundedJson } from "./plain-json.ts";

/** What the library sees of the world while it evaluates: all of it comes from the event that is being dealt with. */
export interface Surroundings {
  /** Epoch milliseconds: `$now()` and `$millis()`. */
  readonly at: number;
  /** The next number in [0, 1): `$random()` and `$shuffle()`. */
  readonly random: () => number;
}

/** A part of an expression, as the package `jsonata` has parsed it; it has more members, by its type. */
export interface SyntaxNode {
  readonly type: string;
  readonly value?: unknown;
  /** Of a path. */
  readonly steps?: readonly SyntaxNode[];
}

/** A compiled expression, as the package `jsonata` makes it. */
export interface Compiled {
  evaluate(input: unknown, bindings: Readonly<Record<string, unknown>>): DrainedPromise<unknown>;
  registerFunction(name: string, implementation: (...args: never[]) => unknown, signature?: string): void;
  ast(): SyntaxNode;
  /** Gives a name a value; undefined hides a function of the library. */
  assign(name: string, value: unknown): void;
}

export interface Library {
  compile(expression: string): Compiled;
  /** Runs `act` with the library seeing these surroundings. */
  within<T>(surroundings: Surroundings, act: () => T): T;
}

/** JSONata's own guards: nesting of calls, and items of a list. */
const limits = { stack: 500, sequence: 1_000_000 };

let loaded: Library | undefined;

/** The package, loaded when the first expression needs it. Throws an Error that says so if it is not installed. */
export function jsonataLibrary(): Library {
  loaded ??= load();
  return loaded;
}

/**
 * Loads the package's build for old engines, in which `async` has become promises, and gives it promises, a clock,
 * chance and JSON of ours: so evaluation is synchronous, bounded, and depends on nothing but its arguments, as the interpreter has to be.
 */
function load(): Library {
  let surroundings: Surroundings = { at: 0, random: () => 0 };
  const module = { exports: {} as unknown };
  const ownMath = Object.create(Math, { random: { value: () => surroundings.random() } }) as Math;
  const ownDate = new Proxy(Date, {
    construct: (target, args) =>
      Reflect.construct(target, args.length === 0 ? [surroundings.at] : args) as Date,
    get: (target, name) => (name === "now" ? () => surroundings.at : (Reflect.get(target, name) as unknown)),
  });
  const parameters = ["module", "exports", "Promise", "Math", "Date", "JSON"];
  const wrapped = compileFunction(source(), parameters, { filename: "jsonata-es5.js" }) as (
    ...args: unknown[]
  ) => void;
  wrapped(module, module.exports, DrainedPromise, ownMath, ownDate, boundedJson);
  const jsonata = module.exports as (expression: string, options: typeof limits) => Compiled;
  return {
    compile: (expression) => jsonata(expression, limits),
    within(next, act) {
      const before = surroundings;
      surroundings = next;
      try {
        return act();
      } finally {
        surroundings = before;
      }
    },
  };
}

function source(): string {
  try {
    return readFileSync(createRequire(import.meta.url).resolve("jsonata/jsonata-es5.js"), "utf8");
  } catch (cause) {
    throw new Error('JSONata needs the package "jsonata": npm install jsonata@2', { cause });
  }
}

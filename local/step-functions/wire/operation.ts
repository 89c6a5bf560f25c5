import type { z } from "zod";
import type { Engine } from "../engine/engine.ts";
import { parseParams } from "./parse-params.ts";

/** What an operation may use besides its parameters. */
export interface Call {
  readonly engine: Engine;
  /** Aborted when the caller's connection drops. */
  readonly signal: AbortSignal;
  /** Host and port by which the caller knows the endpoint. */
  readonly host: string;
}

/** An operation of the API: parses its parameters, acts, answers the reply's body. Throws AwsError. */
export type Operation = (body: unknown, call: Call) => object | Promise<object>;

/** Ties an operation's shape to its handler. */
export function operation<Shape extends z.ZodType>(
  shape: Shape,
  handle: (params: z.infer<Shape>, call: Call) => object | Promise<object>,
): Operation {
  return (body, call) => handle(parseParams(shape, body), call);
}

import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../clock.ts";
import { AwsError } from "../engine/aws-error.ts";
import type { Engine } from "../engine/engine.ts";
import type { Fault, Faults } from "../faults.ts";
import type { Operation } from "./operation.ts";
import { operations } from "./operations.ts";
import { readBody } from "./read-body.ts";

/** Writes a line of the log. */
export type Log = (
  level: "debug" | "info" | "error",
  message: string,
  fields: Record<string, unknown>,
) => void;

export interface WireOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly log: Log;
  readonly faults: Faults;
}

type Answer = { readonly status: number; readonly body: object };

const target = /^AWSStepFunctions\.(\w+)$/u;

/** Speaks AWS's JSON 1.0: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html. Signatures are not looked at. */
export function httpHandler(options: WireOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = randomUUID();
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const outcome = await answer(request, gone.signal, options).catch((error: unknown) =>
      // Whoever hangs up in the middle of a request needs no answer, and is no failure of ours.
      gone.signal.aborted ? ("drop" as const) : errorAnswer(error, options.log),
    );
    if (outcome === "drop") {
      request.socket.destroy();
      return;
    }
    const body = JSON.stringify(outcome.body);
    response.writeHead(outcome.status, {
      "content-type": "application/x-amz-json-1.0",
      "content-length": Buffer.byteLength(body),
      "x-amzn-requestid": requestId,
    });
    response.end(body);
    options.log("debug", "call answered", {
      requestId,
      target: request.headers["x-amz-target"],
      status: outcome.status,
    });
  };
}

async function answer(
  request: IncomingMessage,
  signal: AbortSignal,
  options: WireOptions,
): Promise<Answer | "drop"> {
  const { name, operation } = operationOf(request);
  const params = parseBody(await readBody(request));
  const fault = options.faults({ operation: name, params });
  const call = { engine: options.engine, signal };
  switch (fault?.kind) {
    case "dropRequest":
      return "drop";
    case "dropReply":
      await operation(params, call);
      return "drop";
    case "delay":
      await passTime(options.clock, fault.ms, signal);
      break;
    case "error":
    case "throttle":
      throw faultError(fault);
    case undefined:
  }
  return { status: 200, body: await operation(params, call) };
}

function operationOf(request: IncomingMessage): { name: string; operation: Operation } {
  const header = request.headers["x-amz-target"];
  const name = typeof header === "string" ? target.exec(header)?.[1] : undefined;
  const operation = name === undefined ? undefined : operations.get(name);
  const known = request.method === "POST" && request.url === "/";
  if (!known || name === undefined || operation === undefined)
    throw new AwsError("UnknownOperationException", "");
  return { name, operation };
}

function parseBody(text: string): unknown {
  try {
    const params: unknown = JSON.parse(text === "" ? "{}" : text);
    if (typeof params === "object" && params !== null && !Array.isArray(params)) return params;
  } catch {
    // falls through to the one answer for all that is no JSON object
  }
  throw new AwsError("SerializationException", "The body is not a JSON object");
}

/** Resolves after `ms` on the endpoint's clock, at once if the caller hangs up. */
function passTime(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(clock.now() + ms, resolve);
    signal.addEventListener("abort", () => {
      timer.cancel();
      resolve();
    });
  });
}

function faultError(fault: Extract<Fault, { kind: "error" | "throttle" }>): AwsError {
  if (fault.kind === "throttle") return new AwsError("ThrottlingException", "Rate exceeded");
  const { code = "InternalServerError", message = "A fault that was asked for", status = 500 } = fault;
  return new AwsError(code, message, status);
}

/** The shapes that carry an error's name: those of the protocol live elsewhere than the service's own. */
const namespaces: Record<string, string> = {
  ValidationException: "com.amazon.coral.validate",
  SerializationException: "com.amazon.coral.service",
  UnknownOperationException: "com.amazon.coral.service",
  ThrottlingException: "com.amazon.coral.availability",
  InternalServerError: "com.amazon.coral.service",
  RequestEntityTooLarge: "com.amazon.coral.service",
};

function errorAnswer(error: unknown, log: Log): Answer {
  const known =
    error instanceof AwsError ? error : new AwsError("InternalServerError", "internal error", 500);
  if (known !== error) log("error", "a call failed inside the endpoint", { error });
  const namespace = namespaces[known.code] ?? "com.amazonaws.swf.service.v2.model";
  return { status: known.status, body: { __type: `${namespace}#${known.code}`, message: known.message } };
}

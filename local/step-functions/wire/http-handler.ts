import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../clock.ts";
import { AwsError } from "../engine/aws-error.ts";
import type { Engine } from "../engine/engine.ts";
import type { Fault, Faults } from "../faults.ts";
import type { Operation } from "./operation.ts";
import { servicesByTarget, type Service } from "./operations.ts";
import { readBody } from "./read-body.ts";
import { refuseBrowsers } from "./refuse-browsers.ts";

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
  /** Throws for a call beyond the quota. */
  readonly throttle: (operation: string) => void;
}

type Answer = { readonly status: number; readonly body: object };

const target = /^(AWSStepFunctions|AmazonSQS)\.(\w+)$/u;

/** Speaks AWS's JSON 1.0: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html. Signatures are not looked at. */
export function httpHandler(options: WireOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = randomUUID();
    const gone = new AbortController();
    response.once("close", () => {
      // It closes after each reply too, and then nobody waits for anything.
      if (!response.writableFinished) gone.abort();
    });
    const outcome = await answer(request, gone.signal, options).catch((error: unknown) =>
      // Whoever hangs up in the middle of a request needs no answer, and is no failure of ours.
      gone.signal.aborted ? ("drop" as const) : errorAnswer(error, serviceOf(request).service, options.log),
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
  refuseBrowsers(request);
  const { name, operation } = operationOf(request);
  const params = parseBody(await readBody(request));
  options.throttle(name);
  const fault = options.faults({ operation: name, params, caller: callerOf(request) });
  const call = { engine: options.engine, signal, host: request.headers.host ?? "127.0.0.1" };
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

/** `Authorization: AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, …` */
function callerOf({ headers }: IncomingMessage): string | null {
  return /Credential=([^/,\s]+)\//u.exec(headers.authorization ?? "")?.[1] ?? null;
}

/** The service that a request is for; Step Functions if it does not say. */
function serviceOf(request: IncomingMessage): { service: Service; name: string } {
  const header = request.headers["x-amz-target"];
  const [, prefix = "AWSStepFunctions", name = ""] =
    target.exec(typeof header === "string" ? header : "") ?? [];
  const service = servicesByTarget.get(prefix);
  if (service === undefined) throw new AwsError("UnknownOperationException", "");
  return { service, name };
}

function operationOf(request: IncomingMessage): { name: string; operation: Operation } {
  const { service, name } = serviceOf(request);
  const operation = service.operations.get(name);
  // The SDK of SQS posts to the queue's own URL.
  const path = service.namespace.endsWith("sqs") || request.url === "/";
  if (request.method !== "POST" || !path || operation === undefined)
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

function errorAnswer(error: unknown, service: Service, log: Log): Answer {
  const known =
    error instanceof AwsError ? error : new AwsError("InternalServerError", "internal error", 500);
  if (known !== error) log("error", "a call failed inside the endpoint", { error });
  const namespace = namespaces[known.code] ?? service.namespace;
  return { status: known.status, body: { __type: `${namespace}#${known.code}`, message: known.message } };
}

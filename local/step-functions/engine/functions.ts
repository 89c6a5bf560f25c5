import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { isTooDeep, tooDeep } from "../asl/json-depth.ts";
import type { Json } from "../asl/json.ts";
import type { Place } from "./arn.ts";
import { callHandler, handlerContext, type Handler, type HandlerContext } from "./call-handler.ts";
import { ServiceFault } from "./service-fault.ts";

/**
 * What stands in for a Lambda function: a URL to which the payload is posted and which answers with the result, the path
 * of a module that exports `handler`, or the handler itself.
 */
export type FunctionTarget = string | Handler;

/** By the function's ARN or its name. */
export type Functions = Readonly<Record<string, FunctionTarget>>;

/** Calls a function. Throws ServiceFault for one that is not mapped, and with what the function itself throws. */
export async function invokeFunction(
  functions: Functions,
  place: Place,
  name: string,
  payload: Json,
): Promise<Json> {
  const target = targetOf(functions, name);
  if (target === undefined) {
    const text = `Function not found: ${name}; map its ARN or name to a URL or a module in this endpoint's configuration`;
    throw new ServiceFault("Lambda.ResourceNotFoundException", `${text} (Service: Lambda, Status Code: 404)`);
  }
  const result = await resultOf(target, payload, handlerContext(bareNameOf(name), place));
  if (isTooDeep(result)) throw new ServiceFault("Lambda.Unknown", tooDeep);
  return result;
}

async function resultOf(target: FunctionTarget, payload: Json, context: HandlerContext): Promise<Json> {
  if (typeof target === "string" && /^https?:/u.test(target)) return post(target, payload);
  const handler = typeof target === "string" ? await handlerOf(target) : target;
  try {
    return asJson(await callHandler(handler, payload, context));
  } catch (error) {
    throw asFault(error);
  }
}

/** A qualifier (`:3`, `:$LATEST`) does not count. */
function targetOf(functions: Functions, name: string): FunctionTarget | undefined {
  const [, arn = name] = /^(arn:[^:]*:lambda:[^:]*:[^:]*:function:[^:]+)/u.exec(name) ?? [];
  return functions[name] ?? functions[arn] ?? functions[bareNameOf(name)];
}

function bareNameOf(name: string): string {
  return name.split(":function:").at(-1)?.split(":")[0] ?? name;
}

async function handlerOf(path: string): Promise<Handler> {
  const module = (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>;
  const { handler = module.default } = module;
  if (typeof handler === "function") return handler as Handler;
  throw new ServiceFault(
    "Lambda.ResourceNotFoundException",
    `The module ${path} exports no function 'handler'`,
  );
}

async function post(url: string, payload: Json): Promise<Json> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(payload),
  }).catch((error: unknown) => {
    throw new ServiceFault("Lambda.ServiceException", `${url} does not answer: ${String(error)}`);
  });
  const text = await response.text();
  const failed = !response.ok || response.headers.has("x-amz-function-error");
  if (!failed) return text === "" ? null : parse(text);
  const found = parse(text) as { errorType?: unknown } | null;
  throw new ServiceFault(typeof found?.errorType === "string" ? found.errorType : "Lambda.Unknown", text);
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function asJson(value: unknown): Json {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json);
}

/** The form in which the Node runtime of Lambda reports what a handler throws. */
function asFault(error: unknown): ServiceFault {
  if (error instanceof ServiceFault) return error;
  const { name, message, stack } =
    error instanceof Error ? error : { name: typeof error, message: String(error), stack: undefined };
  const trace = stack?.split("\n") ?? [];
  return new ServiceFault(name, JSON.stringify({ errorType: name, errorMessage: message, trace }));
}

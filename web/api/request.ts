import { type ZodType, z } from "zod";
import { problemShape } from "../../src/contract/problem.ts";
import { ApiProblem, NetworkError, UnexpectedReply } from "./errors.ts";

/** Longer than the slowest route; shorter than a person's patience with a dead connection. */
const patienceMs = 30_000;

export interface Call {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

/** Sends, and returns the reply whatever its status. Throws NetworkError alone (or the caller's own abort). */
export async function send(path: string, call: Call = {}): Promise<Response> {
  const headers: Record<string, string> = { accept: "application/json", ...call.headers };
  if (call.body !== undefined) headers["content-type"] = "application/json";
  const timeout = AbortSignal.timeout(patienceMs);
  try {
    return await fetch(path, {
      method: call.method ?? "GET",
      headers,
      credentials: "same-origin",
      cache: "no-store",
      signal: call.signal === undefined ? timeout : AbortSignal.any([call.signal, timeout]),
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    });
  } catch (error) {
    if (call.signal?.aborted === true) throw error;
    const why = timeout.aborted
      ? `No reply within ${patienceMs / 1000} seconds.`
      : "The server cannot be reached.";
    throw new NetworkError(why, { cause: error });
  }
}

/** Sends and parses the reply with the contract's shape. */
export async function request<Shape extends ZodType>(
  path: string,
  shape: Shape,
  call: Call = {},
): Promise<z.output<Shape>> {
  const reply = await send(path, call);
  if (!reply.ok) throw await refusal(reply);
  const parsed = shape.safeParse(await json(reply));
  if (!parsed.success)
    throw new UnexpectedReply(
      reply.status,
      `${path} sent something else than agreed: ${z.prettifyError(parsed.error)}`,
    );
  return parsed.data;
}

/** For routes that answer 204. */
export async function requestNothing(path: string, call: Call): Promise<void> {
  const reply = await send(path, call);
  if (!reply.ok) throw await refusal(reply);
}

async function refusal(reply: Response): Promise<Error> {
  const parsed = problemShape.safeParse(await json(reply).catch(() => undefined));
  if (parsed.success) return new ApiProblem(parsed.data);
  return new UnexpectedReply(reply.status, `The server answered ${reply.status} without saying why.`);
}

async function json(reply: Response): Promise<unknown> {
  try {
    return await reply.json();
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new UnexpectedReply(reply.status, `The reply (${reply.status}) is not JSON.`);
    throw new NetworkError("The connection broke while the reply was on its way.", { cause: error });
  }
}

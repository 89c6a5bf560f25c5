import { randomUUID } from "node:crypto";
import type { Json } from "../asl/json.ts";
import type { Place } from "./arn.ts";

/** A function as one writes it for Lambda's Node runtime: it returns its result or a promise of it, or hands it to a callback. */
export type Handler = (payload: Json, context: HandlerContext, callback: Callback) => unknown;

export type Callback = (error?: unknown, result?: unknown) => void;

/** What Lambda tells a handler of its call: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html. */
export interface HandlerContext {
  functionName: string;
  functionVersion: string;
  invokedFunctionArn: string;
  memoryLimitInMB: string;
  awsRequestId: string;
  logGroupName: string;
  logStreamName: string;
  callbackWaitsForEmptyEventLoop: boolean;
  getRemainingTimeInMillis(): number;
}

/** Lambda's longest timeout. Nothing here ends a handler that takes longer; its state's TimeoutSeconds do. */
const longestMs = 900_000;

/**
 * Calls a handler. One that asks for a callback and returns nothing is done when it calls that; one that never does is done when its
 * state times out. Any other is done with what it returns.
 */
export async function callHandler(
  handler: Handler,
  payload: Json,
  context: HandlerContext,
): Promise<unknown> {
  let callback: Callback = () => undefined;
  const calledBack = new Promise((resolve, reject) => {
    callback = (error, result) => {
      if (error === undefined || error === null) resolve(result);
      // Whatever it is: a text is told as a text.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      else reject(error);
    };
  });
  // Whoever does not wait for it must not die of it.
  calledBack.catch(() => undefined);
  const returned = handler(payload, context, callback);
  return handler.length >= 3 && returned === undefined ? calledBack : returned;
}

export function handlerContext(functionName: string, { region, accountId }: Place): HandlerContext {
  const startedMs = performance.now();
  return {
    functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:${region}:${accountId}:function:${functionName}`,
    memoryLimitInMB: "128",
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: "local",
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, longestMs - Math.round(performance.now() - startedMs)),
  };
}

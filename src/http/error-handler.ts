import type { ErrorRequestHandler } from "express";
import { TokenRefused } from "../application/api-tokens.ts";
import { PeopleRefusal } from "../application/people/refusal.ts";
import { DeliveryInvalid } from "../application/ports/intake.ts";
import {
  ApprovalBusy,
  StepFunctionsUnavailable,
  StoreUnavailable,
} from "../application/ports/unavailable.ts";
import type { Log } from "../application/ports/runtime.ts";
import { HttpProblem, invalid, sendProblem } from "./problem.ts";

/** The last handler: whatever a route throws becomes a problem. What nobody foresaw is logged, and what ails the database. */
export function createErrorHandler(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const requestId = typeof request.id === "string" ? request.id : "unknown";
    const problem = problemOf(error, requestId);
    if (problem.code === "internal")
      log.error({ err: error, requestId, path: request.path }, "a request failed");
    // The caller is told to try again, whoever runs the database needs its own words.
    if (error instanceof StoreUnavailable)
      log.warn({ err: error, requestId, path: request.path }, "the database did not serve a request");
    sendProblem(response, problem);
  };
}

function problemOf(error: unknown, requestId: string): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof StoreUnavailable)
    return new HttpProblem(
      "unavailable",
      "The database cannot be reached, or takes nothing, right now. Nothing was changed; try again.",
      {},
      { "retry-after": "5" },
    );
  if (error instanceof TokenRefused)
    return error.code === "invalid" ? invalid(error.errors) : new HttpProblem("not_allowed", error.message);
  if (error instanceof PeopleRefusal)
    return error.code === "invalid"
      ? invalid([{ field: error.field, message: error.message }])
      : new HttpProblem(error.code, error.message);
  if (error instanceof DeliveryInvalid) return invalid(error.errors);
  if (error instanceof StepFunctionsUnavailable || error instanceof ApprovalBusy)
    return new HttpProblem("unavailable", error.message, {}, { "retry-after": "5" });
  return (
    bodyProblem(error) ??
    addressProblem(error) ??
    new HttpProblem("internal", "This is a fault of ours. The log tells more under the request id.", {
      requestId,
    })
  );
}

/** What Express and its file server throw about an address that is none. */
function addressProblem(error: unknown): HttpProblem | null {
  const { status } = (error ?? {}) as { status?: unknown };
  if (error instanceof URIError || status === 400)
    return invalid([{ field: "", message: "the address is not a valid URL" }]);
  return status === 403 || status === 404
    ? new HttpProblem("not_found", "There is nothing at this address.")
    : null;
}

/** What Express' body parsers throw. */
function bodyProblem(error: unknown): HttpProblem | null {
  const { type, limit } = (error ?? {}) as { type?: unknown; limit?: unknown };
  switch (type) {
    case "entity.too.large":
      return new HttpProblem("too_large", `The body is larger than ${String(limit)} bytes.`);
    case "entity.parse.failed":
      return invalid([{ field: "", message: "the body is not valid JSON" }]);
    case "encoding.unsupported":
    case "charset.unsupported":
      return invalid([{ field: "", message: "send the body as JSON in UTF-8" }]);
    case "request.aborted":
    case "request.size.invalid":
      return invalid([{ field: "", message: "the body did not arrive whole" }]);
    default:
      return null;
  }
}

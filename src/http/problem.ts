import type { Response } from "express";
import type { ErrorCode, FieldError, Problem } from "../contract/problem.ts";

/** A new code without a status does not compile. */
const statusOf = {
  invalid: 422,
  unauthenticated: 401,
  not_allowed: 403,
  not_found: 404,
  already_decided: 409,
  ambiguous: 409,
  conflict: 409,
  stale: 409,
  lapsed: 410,
  too_large: 413,
  too_many_requests: 429,
  internal: 500,
  unavailable: 503,
} as const satisfies Record<ErrorCode, number>;

const titleOf: Record<ErrorCode, string> = {
  invalid: "The request is not valid",
  unauthenticated: "Sign in, or send a bearer token",
  not_allowed: "Not allowed",
  not_found: "Not found",
  already_decided: "Already decided",
  ambiguous: "More than one approval matches",
  conflict: "Something stands against it",
  stale: "The approval has changed",
  lapsed: "The approval has lapsed",
  too_large: "The request is too large",
  too_many_requests: "Too many requests",
  internal: "Something went wrong here",
  unavailable: "Not available right now",
};

export type ProblemMembers = Partial<
  Pick<Problem, "errors" | "decision" | "lapsedReason" | "candidates" | "changed" | "requestId">
>;

/** Thrown by routes; the error handler makes an RFC 9457 problem of it. */
export class HttpProblem extends Error {
  override name = "HttpProblem";
  readonly code: ErrorCode;
  readonly members: ProblemMembers;
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    code: ErrorCode,
    detail: string,
    members: ProblemMembers = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.code = code;
    this.members = members;
    this.headers = headers;
  }
}

export function invalid(errors: FieldError[]): HttpProblem {
  const detail = errors
    .map(({ field, message }) => (field === "" ? message : `${field}: ${message}`))
    .join("; ");
  return new HttpProblem("invalid", detail, { errors });
}

export function sendProblem(response: Response, { code, message, members, headers }: HttpProblem): void {
  const status = statusOf[code];
  const problem: Problem = {
    type: `urn:countersign:problem:${code}`,
    title: titleOf[code],
    status,
    code,
    detail: message,
    ...members,
  };
  response.status(status).set(headers).type("application/problem+json").send(JSON.stringify(problem));
}

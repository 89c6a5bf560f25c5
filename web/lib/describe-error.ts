import { decisionShape } from "../../src/contract/approval.ts";
import type { FieldError, Problem } from "../../src/contract/problem.ts";
import { ApiProblem, NetworkError, UnexpectedReply } from "../api/errors.ts";
import { lapsedText } from "./labels.ts";
import { fullTime } from "./time.ts";

export interface ErrorText {
  title: string;
  detail: string;
  fields: readonly FieldError[];
  /** Whether sending the very same again may help. */
  retryable: boolean;
}

/** Any error in words for a person. */
export function describeError(error: unknown): ErrorText {
  if (error instanceof ApiProblem) return describeProblem(error.problem);
  if (error instanceof NetworkError)
    return text("No connection", `${error.message} Nothing is lost; try again.`, { retryable: true });
  if (error instanceof UnexpectedReply)
    return text("An unexpected reply", error.message, {
      retryable: error.status >= 500 || error.status === 429,
    });
  return text("Something went wrong", error instanceof Error ? error.message : String(error));
}

function describeProblem(problem: Problem): ErrorText {
  switch (problem.code) {
    case "already_decided":
      return text("Somebody was faster", firstDecision(problem) ?? problem.detail);
    case "stale":
      return text("This has changed since you looked", "Nothing was recorded; the page reads it again.", {
        fields: (problem.changed ?? []).map(({ field, now }) => ({ field, message: `is now ${now}` })),
      });
    case "lapsed":
      return text("Too late to decide", lapsed(problem));
    case "not_allowed":
      return text("You may not do this", problem.detail);
    case "not_found":
      return text("Not found", problem.detail);
    case "invalid":
      return invalid(problem);
    case "too_many_requests":
    case "unavailable":
      return text(problem.title, problem.detail, { retryable: true });
    case "internal":
      return text(
        problem.title,
        problem.requestId === undefined ? problem.detail : `${problem.detail} (request ${problem.requestId})`,
        { retryable: true },
      );
    default:
      return text(problem.title, problem.detail);
  }
}

/** The detail says the same as the faults, in the names of the API: it is for whoever has no faults. */
function invalid({ detail, errors = [] }: Problem): ErrorText {
  return text("This cannot be sent as it is", errors.length === 0 ? detail : "", { fields: errors });
}

function firstDecision(problem: Problem): string | null {
  const parsed = decisionShape.safeParse(problem.decision);
  if (!parsed.success) return null;
  const { verdict, decidedAt, decidedBy } = parsed.data;
  const who = decidedBy.map((actor) => actor.name).join(", ") || "Somebody";
  return `${who} ${verdict === "approve" ? "approved" : "rejected"} this already, at ${fullTime(decidedAt)}. That decision stands; yours was not recorded.`;
}

function lapsed(problem: Problem): string {
  const reasons: Record<string, string> = lapsedText;
  const why = problem.lapsedReason === undefined ? undefined : reasons[problem.lapsedReason];
  return why === undefined ? problem.detail : `Nobody can decide this any more: ${why}`;
}

function text(
  title: string,
  detail: string,
  more: Partial<Pick<ErrorText, "fields" | "retryable">> = {},
): ErrorText {
  return { title, detail, fields: [], retryable: false, ...more };
}

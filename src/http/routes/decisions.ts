import { Router, type Request, type Response } from "express";
import { decide } from "../../application/decide.ts";
import { decideByKey, type ApprovalKey, type DecideByKeyResult } from "../../application/decide-by-key.ts";
import {
  decisionByKeyRequestShape,
  decisionRequestShape,
  type DecisionByKeyRequest,
  type DecisionRequest,
} from "../../contract/decision.ts";
import type { ChangedPart } from "../../domain/shown.ts";
import { z } from "zod";
import type { AppDeps } from "../app-deps.ts";
import { callerIn, requireScope } from "../authenticate.ts";
import { idempotencyOf } from "../idempotency.ts";
import { parse } from "../parse.ts";
import { presentDecision, presentSummary } from "../present.ts";
import { HttpProblem, invalid } from "../problem.ts";
import { viewOf } from "../view-of.ts";

/** `POST /approvals/{id}/decision`, `POST /decisions` */
export function decisionRoutes(deps: AppDeps): Router {
  const router = Router();
  const { tracer } = deps.use;
  router.post("/approvals/:id/decision", requireScope("decide"), async (request, response) => {
    const body = parse(decisionRequestShape, request.body, "body");
    const id = String(request.params["id"]);
    const result = z.uuid().safeParse(id).success
      ? await tracer.span("decide", { "countersign.approval_id": id }, () =>
          decide(deps.use, { approvalId: id, ...requestOf(request, response, body) }),
        )
      : ({ kind: "not_found" } as const);
    await reply(deps, response, result, `There is no approval ${id}.`);
  });

  router.post("/decisions", requireScope("decide"), async (request, response) => {
    const body = parse(decisionByKeyRequestShape, request.body, "body");
    const key = keyOf(body);
    const result = await tracer.span("decide", { "countersign.decide_by": key.by }, () =>
      decideByKey(deps.use, key, requestOf(request, response, body)),
    );
    await reply(deps, response, result, "No approval matches.");
  });
  return router;
}

function requestOf(
  request: Request,
  response: Response,
  { verdict, comment, output, form, breakGlass, shown }: DecisionRequest,
) {
  const caller = callerIn(response);
  const text = comment?.trim() ?? "";
  return {
    caller,
    verdict,
    comment: text === "" ? null : text,
    output: output === undefined ? null : jsonTextOf(output, "output"),
    form: form === undefined ? null : jsonTextOf(form, "form"),
    breakGlassReason: breakGlass?.reason ?? null,
    shown: shown ?? null,
    idempotency: idempotencyOf(request, caller),
  };
}

function jsonTextOf(value: unknown, field: string): string {
  try {
    return JSON.stringify(value);
  } catch {
    throw invalid([{ field, message: "nests too deep" }]);
  }
}

function keyOf(body: DecisionByKeyRequest): ApprovalKey {
  if (body.approvalId !== undefined) return { by: "approvalId", approvalId: body.approvalId };
  if (body.commit !== undefined)
    return { by: "commit", commit: body.commit, repository: body.repository ?? null };
  if (body.executionArn !== undefined)
    return { by: "execution", executionArn: body.executionArn, stateName: body.state ?? null };
  throw new Error("the shape of the body lets exactly one key through");
}

async function reply(
  { use, publicUrl }: AppDeps,
  response: Response,
  result: DecideByKeyResult,
  notFound: string,
): Promise<void> {
  switch (result.kind) {
    case "done":
      response.json(await viewOf({ use, publicUrl }, result.approval, callerIn(response)));
      return;
    case "not_found":
      throw new HttpProblem("not_found", notFound);
    case "not_allowed":
      throw new HttpProblem("not_allowed", result.why);
    case "already_decided":
      throw alreadyDecided(result.decision);
    case "lapsed":
      throw new HttpProblem(
        "lapsed",
        `Step Functions no longer waits for this approval (${result.reason}). Nothing was decided.`,
        { lapsedReason: result.reason },
      );
    case "incomplete":
      throw invalid([...result.faults]);
    case "stale":
      throw stale(result.changed);
    case "ambiguous":
      throw new HttpProblem(
        "ambiguous",
        "More than one pending approval matches: name one by `approvalId`.",
        {
          candidates: result.candidates.map((approval) =>
            presentSummary(approval, { publicUrl, now: use.clock.now() }),
          ),
        },
      );
    case "output_too_large":
      throw invalid([
        {
          field: "output",
          message: `makes a task output of ${result.bytes} bytes; Step Functions takes 262,144`,
        },
      ]);
    case "key_reused":
      throw invalid([
        { field: "Idempotency-Key", message: "was used before with another request: take a new one" },
      ]);
  }
}

function stale(changed: readonly ChangedPart[]): HttpProblem {
  const parts = changed.map(({ field, now }) => `${field} (now: ${now})`).join(", ");
  return new HttpProblem(
    "stale",
    `What you were shown has changed: ${parts}. Nothing was recorded; look again, and send the new \`shown\`.`,
    { changed: changed.map(({ field, now }) => ({ field, now })) },
  );
}

function alreadyDecided(decision: Parameters<typeof presentDecision>[0]): HttpProblem {
  const names = decision.decidedBy.map((actor) => actor.name).join(", ");
  const verb = decision.verdict === "approve" ? "approved" : "rejected";
  return new HttpProblem("already_decided", `${names} ${verb} this at ${decision.decidedAt.toISOString()}.`, {
    decision: presentDecision(decision),
  });
}

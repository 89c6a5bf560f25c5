import { Router, type Response } from "express";
import { z } from "zod";
import { approvalListQueryShape, type ApprovalPage } from "../../contract/approval.ts";
import type { Receipt } from "../../contract/receipt.ts";
import type { AppDeps } from "../app-deps.ts";
import { visibilityOf } from "../../domain/visibility.ts";
import { callerIn, requireScope } from "../authenticate.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { parse } from "../parse.ts";
import { presentExecution, presentSummary } from "../present.ts";
import { viewOf } from "../view-of.ts";
import { HttpProblem } from "../problem.ts";

/** `GET /approvals`, `GET /approvals/{id}` and its `/execution` and `/receipt` */
export function approvalRoutes({ use, publicUrl }: AppDeps): Router {
  const router = Router();
  const findOr404 = async (id: string, response: Response) => {
    const visibility = visibilityOf(callerIn(response));
    const approval = z.uuid().safeParse(id).success ? await use.approvals.find(id, visibility) : null;
    if (approval === null) throw new HttpProblem("not_found", `There is no approval ${id}.`);
    return approval;
  };

  router.get("/approvals", requireScope("read"), async (request, response) => {
    const query = parse(approvalListQueryShape, request.query, "query");
    const filter = {
      status: query.status,
      commit: query.commit?.toLowerCase(),
      repository: query.repository,
      executionArn: query.execution,
      activityArn: query.activity,
      text: query.q,
      visibility: visibilityOf(callerIn(response)),
    };
    const after = query.cursor === undefined ? null : decodeCursor(query.cursor);
    // One more than asked for tells whether there is a next page.
    const found = await use.approvals.list(filter, after, query.limit + 1);
    const items = found.slice(0, query.limit);
    const last = items.at(-1);
    const page: ApprovalPage = {
      items: items.map((approval) => presentSummary(approval, { publicUrl, now: use.clock.now() })),
      nextCursor: found.length > query.limit && last !== undefined ? encodeCursor(last) : null,
    };
    response.json(page);
  });

  router.get("/approvals/:id", requireScope("read"), async (request, response) => {
    const approval = await findOr404(String(request.params["id"]), response);
    response.json(await viewOf({ use, publicUrl }, approval, callerIn(response)));
  });

  router.get("/approvals/:id/execution", requireScope("read"), async (request, response) => {
    const { subject, executionIsProven } = await findOr404(String(request.params["id"]), response);
    const execution =
      subject.executionArn === null || !executionIsProven
        ? null
        : await use.stepFunctions.execution(subject.executionArn);
    if (execution === null)
      throw new HttpProblem("not_found", "The execution of this approval is not known (yet).");
    response.json(presentExecution(execution));
  });

  router.get("/approvals/:id/receipt", requireScope("read"), async (request, response) => {
    const { id } = await findOr404(String(request.params["id"]), response);
    const receipt = await use.approvals.receiptOf(id);
    if (receipt === null) throw new HttpProblem("not_found", "Nobody has decided this approval (yet).");
    response.json({ receipt } satisfies Receipt);
  });
  return router;
}

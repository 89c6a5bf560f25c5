import { Router } from "express";
import { z } from "zod";
import type { AuditKey } from "../../application/ports/audit.ts";
import { auditQueryShape, type AuditEventView, type AuditPage } from "../../contract/audit.ts";
import type { ChainedEvent } from "../../domain/audit-chain.ts";
import type { AppDeps } from "../app-deps.ts";
import { visibilityOf } from "../../domain/visibility.ts";
import { callerIn, isAdministrator, requireScope } from "../authenticate.ts";
import { parse } from "../parse.ts";
import { HttpProblem, invalid } from "../problem.ts";

/** `GET /audit`: administrators see everything, everybody else who may read the trail of one approval. */
export function auditRoutes({ use }: AppDeps): Router {
  const router = Router();
  router.get("/audit", requireScope("read"), async (request, response) => {
    const query = parse(auditQueryShape, request.query, "query");
    const caller = callerIn(response);
    if (!isAdministrator(caller) && query.approval === undefined)
      throw new HttpProblem(
        "not_allowed",
        "Only an administrator may read the whole audit trail: name an `approval`.",
      );
    const filter = {
      approvalId: query.approval,
      actor: query.actor,
      type: query.type,
      text: query.q,
      from: query.from === undefined ? undefined : new Date(query.from),
      visibility: visibilityOf(caller),
      to: query.to === undefined ? undefined : new Date(query.to),
    };
    const after = query.cursor === undefined ? null : decodeCursor(query.cursor);
    const found = await use.audit.search(filter, after, query.limit + 1);
    const items = found.slice(0, query.limit);
    const last = items.at(-1);
    const page: AuditPage = {
      items: items.map(presentEvent),
      nextCursor: found.length > query.limit && last !== undefined ? encodeCursor(last) : null,
    };
    response.json(page);
  });
  return router;
}

function presentEvent({
  stream,
  seq,
  at,
  type,
  approvalId,
  actor,
  detail,
  hash,
}: ChainedEvent): AuditEventView {
  return {
    stream,
    seq,
    at,
    type,
    approvalId,
    hash,
    actor: JSON.parse(actor) as AuditEventView["actor"],
    detail: JSON.parse(detail) as AuditEventView["detail"],
  };
}

const keyShape = z.tuple([z.iso.datetime(), z.string(), z.int32()]);

function encodeCursor({ at, stream, seq }: AuditKey): string {
  return Buffer.from(JSON.stringify([at, stream, seq])).toString("base64url");
}

function decodeCursor(cursor: string): AuditKey {
  try {
    const [at, stream, seq] = keyShape.parse(JSON.parse(Buffer.from(cursor, "base64url").toString()));
    if (stream.includes("\u0000")) throw new Error("no stream of ours");
    return { at, stream, seq };
  } catch {
    throw invalid([
      {
        field: "query.cursor",
        message: "is not a cursor of ours: take `nextCursor` of the page before, unchanged",
      },
    ]);
  }
}

import { createHash, timingSafeEqual } from "node:crypto";
import express, { Router } from "express";
import { noteStatusChange } from "../../application/note-status-change.ts";
import { eventShape, statusChangeShape, statusChangeType } from "../../contract/eventbridge-event.ts";
import type { AppDeps } from "../app-deps.ts";
import { parse } from "../parse.ts";
import { HttpProblem } from "../problem.ts";

/** An event carries input and output of its execution, of 256 KB each, as text within JSON. */
const bodyLimitBytes = 1024 * 1024;

/** What an API destination of EventBridge can send: a header of a connection with API key authorization. */
const secretHeader = "x-countersign-secret";

/** `POST /webhooks/eventbridge`: 202 for every event that comes with a secret; 404 while countersign.yaml names none. */
export function eventBridgeRoutes({
  use,
  eventBridgeSecrets,
}: Pick<AppDeps, "use" | "eventBridgeSecrets">): Router {
  const router = Router();
  if (eventBridgeSecrets.length === 0) return router;
  router.post(
    "/webhooks/eventbridge",
    (request, _response, next) => {
      if (!isOneOf(eventBridgeSecrets, request.get(secretHeader) ?? ""))
        throw new HttpProblem(
          "unauthenticated",
          "The header x-countersign-secret holds none of the secrets under eventBridge in countersign.yaml.",
        );
      next();
    },
    express.json({ limit: bodyLimitBytes, type: () => true }),
    async (request, response) => {
      const event = parse(eventShape, request.body, "payload");
      if (event.source !== "aws.states" || event["detail-type"] !== statusChangeType) {
        response.status(202).json({ outcome: "ignored", reason: `nobody waits for ${event["detail-type"]}` });
        return;
      }
      const change = parse(statusChangeShape, event.detail, "payload");
      response.status(202).json({ outcome: "accepted", approvals: await noteStatusChange(use, change) });
    },
  );
  return router;
}

/** In a time that depends on the number of secrets alone. */
function isOneOf(secrets: readonly string[], given: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  const wanted = digest(given);
  let isEqual = false;
  for (const secret of secrets) isEqual = timingSafeEqual(digest(secret), wanted) || isEqual;
  return isEqual;
}

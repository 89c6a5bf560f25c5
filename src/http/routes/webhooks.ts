import { createHash } from "node:crypto";
import { Router, raw, type RequestHandler } from "express";
import { acceptDelivery, type AcceptResult } from "../../application/accept-delivery.ts";
import type { Forge, ForgeName } from "../../application/ports/intake.ts";
import type { AppDeps } from "../app-deps.ts";
import { HttpProblem, invalid } from "../problem.ts";

/** GitHub sends no payload above 25 MB (GitHub docs, webhook events and payloads). */
const bodyLimitBytes = 25 * 1024 * 1024;

/** `POST /webhooks/{forge}`: 202 for all that is signed, whether it starts something or is ignored; 401 before a byte is parsed. */
export function webhookRoutes({
  use,
  triggers,
  forges,
}: Pick<AppDeps, "use" | "triggers" | "forges">): Router {
  const router = Router();
  const large = largeBodies();
  const digest = (text: string) => createHash("sha256").update(text).digest("hex");
  for (const [name, forge] of Object.entries(forges) as [ForgeName, Forge][]) {
    router.post(
      `/webhooks/${name}`,
      (request, _response, next) => {
        if (!forge.mayBeSigned(request.headers) || !triggers.some((trigger) => trigger.forge === name))
          throw unsigned(name);
        next();
      },
      large,
      raw({ type: () => true, limit: bodyLimitBytes, inflate: false }),
      async (request, response) => {
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const signed = triggers.filter(
          (trigger) => trigger.forge === name && forge.isSigned(body, request.headers, trigger.secrets),
        );
        if (signed.length === 0) throw unsigned(name);
        const delivery = forge.read(body, request.headers);
        const bodyHash = createHash("sha256").update(body).digest();
        const result = await use.tracer.span(
          "accept webhook",
          { "countersign.forge": name, "countersign.delivery_id": delivery.deliveryId },
          () => acceptDelivery({ ...use, digest }, { ...delivery, forge: name, bodyHash }, signed),
        );
        response.status(202).json(presentResult(result));
      },
    );
  }
  return router;
}

function unsigned(name: ForgeName): HttpProblem {
  return new HttpProblem(
    "unauthenticated",
    `The signature matches no secret of a ${name} trigger in countersign.yaml.`,
  );
}

/** A push is some ten kilobytes. What is large, or does not say how large it is, could be anybody's: few of those at a time. */
const largeBytes = 1024 * 1024;
const largeAtOnce = 4;

function largeBodies(): RequestHandler {
  let open = 0;
  return (request, response, next) => {
    if (Number(request.get("content-length") ?? Infinity) <= largeBytes) return next();
    if (open >= largeAtOnce)
      throw new HttpProblem(
        "unavailable",
        "Too many large deliveries at once: send it again.",
        {},
        { "retry-after": "5" },
      );
    open += 1;
    response.once("close", () => (open -= 1));
    next();
  };
}

function presentResult(result: AcceptResult) {
  switch (result.kind) {
    case "ignored":
      return { outcome: "ignored", reason: result.reason };
    case "noted":
      return { outcome: "noted" };
    case "accepted":
      return { outcome: "accepted", repeated: result.repeated, executions: result.starts };
    case "other_body":
      throw invalid([{ field: "delivery id", message: "was used before with another body" }]);
  }
}

import { Router } from "express";
import type { AppDeps } from "../app-deps.ts";

/**
 * `GET /healthz`: the process lives, and needs no restart. `GET /readyz`: each part, and 503 if one that is needed does not work.
 * `GET /metrics`: for Prometheus.
 */
export function healthRoutes({ readiness, metrics }: Pick<AppDeps, "readiness" | "metrics">): Router {
  const router = Router();
  router.get("/healthz", (_request, response) => {
    response.json({ status: "ok" });
  });
  router.get("/readyz", async (_request, response) => {
    const report = await readiness.look();
    response
      .status(report.status === "not_ready" ? 503 : 200)
      .set("cache-control", "no-store")
      .json(report);
  });
  router.get("/metrics", async (_request, response) => {
    const { contentType, text } = await metrics.text();
    response.set("content-type", contentType).send(text);
  });
  return router;
}

import { Router } from "express";
import type { AppDeps } from "../app-deps.ts";

/** `GET /healthz`: the process lives. `GET /readyz`: each part works. `GET /metrics`: for Prometheus. */
export function healthRoutes({ readiness, metrics }: AppDeps): Router {
  const router = Router();
  router.get("/healthz", (_request, response) => {
    response.json({ status: "ok" });
  });
  router.get("/readyz", async (_request, response) => {
    const parts = await readiness();
    const ready = Object.values(parts).every((part) => part.ready);
    response.status(ready ? 200 : 503).json({ ready, parts });
  });
  router.get("/metrics", async (_request, response) => {
    const { contentType, text } = await metrics();
    response.set("content-type", contentType).send(text);
  });
  return router;
}

import express, { type Express } from "express";
import type { Logger } from "pino";
import type { AppDeps } from "./app-deps.ts";
import { createErrorHandler } from "./error-handler.ts";
import { HttpProblem } from "./problem.ts";
import { healthRoutes } from "./routes/health.ts";

/** All that a worker serves: `/healthz`, `/readyz` and `/metrics`. It does not listen. */
export function createHealthApp(deps: Pick<AppDeps, "readiness" | "metrics">, log: Logger): Express {
  const app = express();
  app.disable("x-powered-by");
  app.use(healthRoutes(deps));
  app.use((request) => {
    throw new HttpProblem("not_found", `There is no ${request.method} ${request.path} on a worker.`);
  });
  app.use(createErrorHandler(log));
  return app;
}

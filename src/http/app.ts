import express, { type Express } from "express";
import helmet from "helmet";
import { pinoHttp } from "pino-http";
import type { Logger } from "pino";
import type { AppDeps } from "./app-deps.ts";
import { createAuthenticate } from "./authenticate.ts";
import { createErrorHandler } from "./error-handler.ts";
import { strangerLimit } from "./failure-limit.ts";
import { HttpProblem } from "./problem.ts";
import { approvalRoutes } from "./routes/approvals.ts";
import { auditRoutes } from "./routes/audit.ts";
import { decisionRoutes } from "./routes/decisions.ts";
import { eventBridgeRoutes } from "./routes/eventbridge.ts";
import { healthRoutes } from "./routes/health.ts";
import { keyRoutes } from "./routes/keys.ts";
import { meRoutes } from "./routes/me.ts";
import { openApiRoutes } from "./routes/openapi.ts";
import { pageRoutes } from "./routes/pages.ts";
import { sessionRoutes } from "./routes/sessions.ts";
import { signInMethodRoutes, signInRoutes } from "./routes/sign-in.ts";
import { statusRoutes } from "./routes/status.ts";
import { teamRoutes } from "./routes/teams.ts";
import { tokenRoutes } from "./routes/tokens.ts";
import { unclaimedGateRoutes } from "./routes/unclaimed-gates.ts";
import { userRoutes } from "./routes/users.ts";
import { webhookRoutes } from "./routes/webhooks.ts";

/** A decision holds 262,144 bytes of output and 10,000 characters of comment at most, and JSON may escape each of them. */
const apiBodyLimitBytes = 1024 * 1024;

/** The whole HTTP side. It does not listen. */
export function createApp(deps: AppDeps, log: Logger): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("query parser", "simple");
  // How many proxies stand before us: a caller may put whatever it likes into X-Forwarded-For before the last of them.
  app.set("trust proxy", deps.trustedProxies);
  app.use(requestLog(log));
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      },
      strictTransportSecurity: deps.publicUrl.startsWith("https:"),
    }),
  );
  app.use(healthRoutes(deps));
  app.use(keyRoutes(deps));
  app.use(webhookRoutes(deps), eventBridgeRoutes(deps));
  app.use("/api/auth", signInRoutes(deps));
  app.use("/api/v1", openApiRoutes(deps), signInMethodRoutes(deps), api(deps));
  app.use("/api", (request) => {
    throw new HttpProblem(
      "not_found",
      `There is no ${request.method} ${request.originalUrl.split("?")[0] ?? ""}.`,
    );
  });
  app.use(pageRoutes(deps.webFolder));
  app.use((request) => {
    throw new HttpProblem("not_found", `There is no ${request.method} ${request.path}.`);
  });
  app.use(createErrorHandler(log));
  return app;
}

function api(deps: AppDeps) {
  const router = express.Router();
  router.use((_request, response, next) => {
    response.set("cache-control", "no-store");
    next();
  });
  router.use(
    createAuthenticate(deps, strangerLimit(deps.use.failures)),
    express.json({ limit: apiBodyLimitBytes, strict: false, type: () => true }),
  );
  router.use(
    approvalRoutes(deps),
    auditRoutes(deps),
    decisionRoutes(deps),
    meRoutes(deps),
    sessionRoutes(deps),
    statusRoutes(deps),
    teamRoutes(deps),
    tokenRoutes(deps),
    unclaimedGateRoutes(deps),
    userRoutes(deps),
  );
  return router;
}

function requestLog(log: Logger) {
  return pinoHttp({
    logger: log,
    genReqId: () => crypto.randomUUID(),
    serializers: {
      // Method and path alone: headers carry secrets, and a query may carry what people searched for.
      req: (request: { id: string; method: string; url: string }) => ({
        id: request.id,
        method: request.method,
        path: request.url.split("?")[0],
      }),
      res: (response: { statusCode: number }) => ({ status: response.statusCode }),
    },
    customLogLevel: (_request, response, error) =>
      error !== undefined || response.statusCode >= 500 ? "error" : "debug",
    quietReqLogger: true,
  });
}

import express, { type Express } from "express";
import helmet from "helmet";
import { pinoHttp } from "pino-http";
import type { Logger } from "pino";
import { clientAddressHeader } from "../application/ports/people.ts";
import type { AppDeps } from "./app-deps.ts";
import { createAuthenticate } from "./authenticate.ts";
import { createErrorHandler } from "./error-handler.ts";
import { signInLimits, strangerLimit } from "./failure-limit.ts";
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
import { statusRoutes } from "./routes/status.ts";
import { teamRoutes } from "./routes/teams.ts";
import { tokenRoutes } from "./routes/tokens.ts";
import { unclaimedGateRoutes } from "./routes/unclaimed-gates.ts";
import { userRoutes } from "./routes/users.ts";
import { webhookRoutes } from "./routes/webhooks.ts";

/** A decision holds 262,144 bytes of output and 10,000 characters of comment at most, and JSON may escape each of them. */
const apiBodyLimitBytes = 1024 * 1024;

/** An e-mail address and a password. */
const signInBodyLimitBytes = 16 * 1024;

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
  app.use("/api/auth", signIn(deps));
  app.use("/api/v1", openApiRoutes(deps), api(deps));
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

/** Only what the page needs of better-auth; its other routes (change this user, list sessions …) stay closed. */
function signIn({ people, use }: AppDeps) {
  const router = express.Router();
  const handle: express.RequestHandler = (request, response) => {
    request.headers[clientAddressHeader] = request.ip ?? "unknown";
    return people.handler(request, withRetryAfter(response));
  };
  // better-auth's own reader of bodies has no limit; what is parsed here it takes as it is.
  const body = express.json({ limit: signInBodyLimitBytes, type: () => true });
  router.post("/sign-in/email", body, ...signInLimits(use.failures), handle);
  router.post("/sign-out", body, handle);
  return router;
}

/** better-auth has a header of its own for what HTTP calls Retry-After. */
function withRetryAfter(response: express.Response): express.Response {
  const setHeader = response.setHeader.bind(response);
  response.setHeader = (name, value) =>
    setHeader(name.toLowerCase() === "x-retry-after" ? "retry-after" : name, value);
  return response;
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

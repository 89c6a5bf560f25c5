import type { Request, RequestHandler, Response } from "express";
import { authenticateBot } from "../application/api-tokens.ts";
import { scopeRefusal, type Caller, type Scope } from "../domain/actor.ts";
import type { AppDeps } from "./app-deps.ts";
import { HttpProblem } from "./problem.ts";

/**
 * Finds out who calls: a bot by its bearer token, a person by the session cookie. A cookie alone may change something only from our own
 * pages: a browser says in `Origin` where a request comes from. `onFailure` hears of requests that nobody valid sends, and may stop them.
 */
export function createAuthenticate(
  deps: Pick<AppDeps, "use" | "people" | "origins">,
  onFailure: RequestHandler,
): RequestHandler {
  return async (request, response, next) => {
    const caller = await callerOf(deps, request);
    if (caller === null) {
      await onFailure(request, response, (fault) => next(fault ?? unauthenticated()));
      return;
    }
    if (caller.kind === "person" && request.method !== "GET") refuseForeignOrigin(deps.origins, request);
    response.locals["caller"] = caller;
    next();
  };
}

/** The caller that `createAuthenticate` found. */
export function callerIn(response: Response): Caller {
  return response.locals["caller"] as Caller;
}

/** For bots; what a person may do follows from the role. */
export function requireScope(scope: Scope): RequestHandler {
  return (_request, response, next) => {
    const caller = callerIn(response);
    const why = caller.kind === "bot" ? scopeRefusal(caller, scope) : null;
    if (why !== null) throw new HttpProblem("not_allowed", why);
    next();
  };
}

/** A person who is an administrator, or a bot with the scope `admin`. */
export function isAdministrator(caller: Caller): boolean {
  return caller.kind === "person" ? caller.role === "administrator" : scopeRefusal(caller, "admin") === null;
}

/** For routes that look after bots, people and the whole audit trail. */
export const requireAdministrator: RequestHandler = (_request, response, next) => {
  const caller = callerIn(response);
  if (!isAdministrator(caller)) {
    const isWithheld = caller.kind === "bot" && caller.scopes.includes("admin");
    throw new HttpProblem(
      "not_allowed",
      (isWithheld ? scopeRefusal(caller, "admin") : null) ??
        "Only an administrator, or a token with the scope admin, may do this.",
    );
  }
  next();
};

/** For what would let a bot become somebody who may decide: making people, and changing what they are allowed. */
export const requireAdministratorInPerson: RequestHandler = (_request, response, next) => {
  const caller = callerIn(response);
  if (caller.kind !== "person" || caller.role !== "administrator")
    throw new HttpProblem(
      "not_allowed",
      "Only an administrator who has signed in may do this: no token may.",
    );
  next();
};

async function callerOf(
  { use, people }: Pick<AppDeps, "use" | "people">,
  request: Request,
): Promise<Caller | null> {
  const authorization = request.headers.authorization;
  if (authorization === undefined) return people.authenticate(request.headers);
  const token = /^Bearer +([A-Za-z0-9_-]{1,256})$/i.exec(authorization)?.[1];
  return token === undefined ? null : authenticateBot(use, token);
}

/** Throws for a request that a browser sends from somebody else's page. */
export function refuseForeignOrigin(origins: readonly string[], request: Request): void {
  const origin = request.headers.origin;
  const site = request.headers["sec-fetch-site"];
  const isForeign =
    origin !== undefined ? !origins.includes(origin) : site !== undefined && site !== "same-origin";
  if (isForeign)
    throw new HttpProblem(
      "not_allowed",
      `A page of ${origin ?? "another site"} may not act here. If it is this server's own address, set COUNTERSIGN_PUBLIC_URL to it.`,
    );
}

function unauthenticated(): HttpProblem {
  return new HttpProblem(
    "unauthenticated",
    "Send `Authorization: Bearer TOKEN`, or sign in. The token may be unknown, expired or revoked.",
    {},
    { "www-authenticate": 'Bearer realm="countersign"' },
  );
}

import express, { Router, type Request, type Response } from "express";
import { clientAddressHeader } from "../../application/ports/people.ts";
import { IdentityProviderUnavailable, StoreUnavailable } from "../../application/ports/unavailable.ts";
import { providerSignInShape, type SignInMethods } from "../../contract/session.ts";
import type { AppDeps } from "../app-deps.ts";
import { refuseForeignOrigin } from "../authenticate.ts";
import { signInLimits } from "../failure-limit.ts";
import { parse } from "../parse.ts";
import { HttpProblem } from "../problem.ts";

/** An e-mail address and a password. */
const bodyLimitBytes = 16 * 1024;

/**
 * Only what the page needs of better-auth; its other routes (change this user, list sessions, sign in with a token from elsewhere …)
 * stay closed, and of those that are open only what is named here reaches it.
 */
export function signInRoutes({ use, people, publicUrl, origins }: AppDeps): Router {
  const router = Router();
  // better-auth's own reader of bodies has no limit; what is parsed here it takes as it is.
  const body = express.json({ limit: bodyLimitBytes, type: () => true });
  router.use((request, response, next) => {
    request.headers[clientAddressHeader] = request.ip ?? "unknown";
    response.set("cache-control", "no-store");
    // Nobody is to be signed in or out by a page of somebody else.
    if (request.method !== "GET") refuseForeignOrigin(origins, request);
    next();
  });
  if (people.methods.password)
    router.post("/sign-in/email", body, ...signInLimits(use.failures), (request, response) =>
      people.handler(request, withRetryAfter(response)),
    );
  router.post("/sign-out", body, (request, response) => people.handler(request, response));

  router.post("/sign-in/social", body, async (request, response) => {
    const { provider, to = "/" } = parse(providerSignInShape, request.body, "body");
    requireProvider(people, provider);
    const back = new URLSearchParams({ to });
    request.body = {
      provider,
      callbackURL: `${publicUrl}${to}`,
      errorCallbackURL: `${publicUrl}/sign-in?${back.toString()}`,
      disableRedirect: true,
    };
    await people.providerHandler(provider, request, response).catch((error: unknown) => {
      throw error instanceof IdentityProviderUnavailable ? unavailable(error) : error;
    });
  });

  router.get("/callback/:provider", async (request: Request, response: Response) => {
    const provider = String(request.params["provider"]);
    requireProvider(people, provider);
    await people.providerHandler(provider, request, response).catch((error: unknown) => {
      const reason = unavailableReason(error);
      if (reason === null || response.headersSent) throw error;
      response.redirect(`${publicUrl}/sign-in?error=${reason}`);
    });
  });
  return router;
}

/** `GET /sign-in`: open to everybody, since nobody is signed in yet. */
export function signInMethodRoutes({ people }: AppDeps): Router {
  const router = Router();
  router.get("/sign-in", (_request, response) => {
    const { password, providers } = people.methods;
    const methods: SignInMethods = { password, providers: [...providers] };
    response.set("cache-control", "no-store").json(methods);
  });
  return router;
}

function requireProvider(people: AppDeps["people"], id: string): void {
  if (!people.methods.providers.some((provider) => provider.id === id))
    throw new HttpProblem("not_found", "There is no such identity provider.");
}

/** Somebody comes back from their provider: a page tells them more than a problem in JSON. */
function unavailableReason(error: unknown): string | null {
  if (error instanceof IdentityProviderUnavailable) return "provider_unavailable";
  return error instanceof StoreUnavailable ? "unavailable" : null;
}

function unavailable(error: IdentityProviderUnavailable): HttpProblem {
  return new HttpProblem("unavailable", `The identity provider cannot be used right now. ${error.message}`);
}

/** better-auth has a header of its own for what HTTP calls Retry-After. */
function withRetryAfter(response: Response): Response {
  const setHeader = response.setHeader.bind(response);
  response.setHeader = (name, value) =>
    setHeader(name.toLowerCase() === "x-retry-after" ? "retry-after" : name, value);
  return response;
}

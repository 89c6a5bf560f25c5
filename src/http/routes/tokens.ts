import { Router, type Response } from "express";
import { z } from "zod";
import { createApiToken, livesAt } from "../../application/api-tokens.ts";
import type { KnownApiToken } from "../../application/ports/api-tokens.ts";
import { revokeApiToken } from "../../application/revoke-api-token.ts";
import { rotateApiToken } from "../../application/rotate-api-token.ts";
import {
  createTokenRequestShape,
  rotateTokenRequestShape,
  type Tokens,
  type TokenView,
  type TokenWithSecret,
} from "../../contract/api-token.ts";
import type { AppDeps } from "../app-deps.ts";
import { callerIn, requireAdministrator } from "../authenticate.ts";
import { parse } from "../parse.ts";
import { HttpProblem } from "../problem.ts";

/** Those that live come first, so that what falls off the end has ended. */
const shownMax = 1000;

/** `GET /tokens`, `POST /tokens`, `POST /tokens/{id}/rotate`, `POST /tokens/{id}/revoke`: for administrators */
export function tokenRoutes({ use }: Pick<AppDeps, "use">): Router {
  const router = Router();
  const withSecret = async (id: string, secret: string): Promise<TokenWithSecret> => {
    const token = await use.tokens.find(id, use.clock.now());
    if (token === null) throw new Error(`token ${id} is gone right after it was written`);
    return { token: presentToken(token, use.clock.now()), secret };
  };

  router.get("/tokens", requireAdministrator, async (_request, response) => {
    const now = use.clock.now();
    const tokens: Tokens = {
      items: (await use.tokens.list(now, shownMax)).map((token) => presentToken(token, now)),
    };
    response.json(tokens);
  });

  router.post("/tokens", requireAdministrator, async (request, response) => {
    const body = parse(createTokenRequestShape, request.body, "body");
    const { name, scopes, activities, repositories, verdict, expiresInSeconds: seconds } = body;
    const { id, text } = await createApiToken(use, {
      name,
      scopes,
      limits: {
        activityArns: activities ?? null,
        repositories: repositories ?? null,
        verdicts: verdict === undefined ? null : [verdict],
      },
      expiresAt: seconds === undefined ? null : new Date(use.clock.now().getTime() + seconds * 1000),
      by: callerIn(response),
    });
    response.status(201).json(await withSecret(id, text));
  });

  router.post("/tokens/:id/rotate", requireAdministrator, async (request, response) => {
    const { overlapSeconds } = parse(rotateTokenRequestShape, request.body ?? {}, "body");
    const id = idOr404(request.params["id"]);
    const overlapMs = overlapSeconds * 1000;
    const rotated = await rotateApiToken(use, { id, overlapMs, by: callerIn(response) });
    if (rotated === null) throw unknown(id);
    response.json(await withSecret(id, rotated.text));
  });

  router.post("/tokens/:id/revoke", requireAdministrator, async (request, response: Response) => {
    parse(z.strictObject({}), request.body ?? {}, "body");
    const id = idOr404(request.params["id"]);
    const revoked = await revokeApiToken(use, { id, by: callerIn(response) });
    if (revoked === null) throw unknown(id);
    response.json(presentToken(revoked, use.clock.now()));
  });
  return router;
}

function idOr404(id: unknown): string {
  const parsed = z.uuid().safeParse(id);
  if (!parsed.success) throw unknown(String(id));
  return parsed.data;
}

function unknown(id: string): HttpProblem {
  return new HttpProblem("not_found", `There is no token ${id}.`);
}

function presentToken(token: KnownApiToken, now: Date): TokenView {
  const { id, name, scopes, limits, createdBy, createdAt, expiresAt, revokedAt, lastUsedAt } = token;
  return {
    id,
    name,
    status: livesAt(token, now) ? "live" : revokedAt === null ? "expired" : "revoked",
    scopes: [...scopes],
    activities: limits.activityArns === null ? null : [...limits.activityArns],
    repositories: limits.repositories === null ? null : [...limits.repositories],
    verdict: limits.verdicts?.[0] ?? null,
    createdAt: createdAt.toISOString(),
    createdBy: createdBy === null ? null : { kind: createdBy.kind, id: createdBy.id, name: createdBy.name },
    expiresAt: expiresAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    secrets: livesAt(token, now)
      ? token.secrets.map((secret) => ({
          createdAt: secret.createdAt.toISOString(),
          endsAt: secret.endsAt?.toISOString() ?? null,
          lastUsedAt: secret.lastUsedAt?.toISOString() ?? null,
          holder: secret.holder === null ? null : { ...secret.holder },
        }))
      : [],
  };
}

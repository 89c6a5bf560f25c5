import { Router, type Request, type Response } from "express";
import { endSession, endSessionsOf } from "../../application/people/end-sessions.ts";
import type { SessionRecord } from "../../application/ports/people-store.ts";
import { sessionQueryShape, type SessionView } from "../../contract/session.ts";
import { refOf, type PersonCaller } from "../../domain/actor.ts";
import type { AppDeps } from "../app-deps.ts";
import { callerIn } from "../authenticate.ts";
import { parse } from "../parse.ts";
import { pathParameter } from "../path-parameter.ts";
import { HttpProblem } from "../problem.ts";

/** `/sessions`: everybody sees and ends their own, an administrator anybody's. What opens a session is never told. */
export function sessionRoutes({ use, people }: AppDeps): Router {
  const router = Router();
  router.get("/sessions", async (request, response) => {
    const current = await people.currentSession(request.headers);
    const found = await use.peopleStore.sessions(whose(request, response));
    response.json({ items: found.map((session) => presentSession(session, current)) });
  });

  router.delete("/sessions/:id", async (request, response) => {
    const id = pathParameter(request, "id");
    const caller = personIn(response);
    await endSession(use, refOf(caller), id, caller.role === "administrator" ? null : caller.id);
    response.status(204).end();
  });

  router.delete("/sessions", async (request, response) => {
    const of = whose(request, response);
    if (of === null)
      throw new HttpProblem("not_allowed", "Sessions are ended person by person: give `person`.");
    const caller = personIn(response);
    // Whoever ends their own sessions means the others.
    const current = await people.currentSession(request.headers);
    await endSessionsOf(use, refOf(caller), of, of === caller.id ? current : null);
    response.status(204).end();
  });
  return router;
}

/** The id of the person whom the request is about; null: everybody. */
function whose(request: Request, response: Response): string | null {
  const caller = personIn(response);
  const { person } = parse(sessionQueryShape, request.query, "query");
  if (person === "me" || person === caller.id) return caller.id;
  if (caller.role !== "administrator")
    throw new HttpProblem("not_allowed", "Only an administrator sees and ends sessions of other people.");
  return person === "all" ? null : person;
}

function personIn(response: Response): PersonCaller {
  const caller = callerIn(response);
  if (caller.kind !== "person") throw new HttpProblem("not_allowed", "A bot has no sessions, and sees none.");
  return caller;
}

function presentSession(session: SessionRecord, current: string | null): SessionView {
  const { id, person, address, userAgent } = session;
  return {
    id,
    isCurrent: id === current,
    person,
    address,
    userAgent,
    openedAt: session.openedAt.toISOString(),
    lastUsedAt: session.lastUsedAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
  };
}

import { Router } from "express";
import { changePassword } from "../../application/people/change-password.ts";
import { changePasswordRequestShape, type Me } from "../../contract/session.ts";
import { refOf, type Caller } from "../../domain/actor.ts";
import type { AppDeps } from "../app-deps.ts";
import { callerIn } from "../authenticate.ts";
import { passwordLimit } from "../failure-limit.ts";
import { parse } from "../parse.ts";
import { HttpProblem } from "../problem.ts";

/** Whoever found an open session may not find out the password by it. */
const triesPerWindow = 10;
const windowMs = 15 * 60_000;

/** `GET /me`, `POST /me/password` */
export function meRoutes({ use, people }: AppDeps): Router {
  const router = Router();
  router.get("/me", async (_request, response) => {
    const caller = callerIn(response);
    const hasPassword = caller.kind === "person" && (await use.peopleStore.passwordHash(caller.id)) !== null;
    response.json(presentMe(caller, hasPassword));
  });

  router.post("/me/password", passwordLimit(use.failures), async (request, response) => {
    const caller = callerIn(response);
    const session = await people.currentSession(request.headers);
    if (caller.kind !== "person" || session === null)
      throw new HttpProblem("not_allowed", "A bot has no password.");
    const { newPassword, currentPassword = null } = parse(changePasswordRequestShape, request.body, "body");
    if (currentPassword === null && !caller.passwordIsOneTime)
      throw new HttpProblem(
        "not_allowed",
        "Give the password that you have as `currentPassword`: only somebody who signed in with a one-time password has none.",
      );
    const tries = `own password ${caller.id}`;
    if ((await use.failures.add(tries, windowMs)).count > triesPerWindow)
      throw new HttpProblem("too_many_requests", "Too many tries: wait a quarter of an hour.");
    await changePassword(use, { actor: refOf(caller), currentPassword, newPassword, keptSession: session });
    await use.failures.takeBack(tries);
    response.status(204).end();
  });
  return router;
}

function presentMe(caller: Caller, hasPassword: boolean): Me {
  const { kind, id, name } = caller;
  if (caller.kind === "bot") {
    const nobodys = { email: null, role: null, teams: null, identities: null };
    return { kind, id, name, ...nobodys, scopes: [...caller.scopes], hasPassword, mustChoosePassword: false };
  }
  const { email, role, teams, identities, passwordIsOneTime } = caller;
  return {
    kind,
    id,
    name,
    email,
    role,
    scopes: null,
    teams: [...teams],
    hasPassword,
    identities: { emails: [...identities.emails], logins: [...identities.logins] },
    mustChoosePassword: passwordIsOneTime,
  };
}

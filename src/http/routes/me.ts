import { Router } from "express";
import { choosePasswordRequestShape, type Me } from "../../contract/session.ts";
import type { Caller } from "../../domain/actor.ts";
import type { AppDeps } from "../app-deps.ts";
import { callerIn } from "../authenticate.ts";
import { parse } from "../parse.ts";
import { HttpProblem } from "../problem.ts";

/** `GET /me`, `POST /me/password` */
export function meRoutes({ people }: AppDeps): Router {
  const router = Router();
  router.get("/me", (_request, response) => {
    response.json(presentMe(callerIn(response)));
  });

  router.post("/me/password", async (request, response) => {
    const caller = callerIn(response);
    if (caller.kind !== "person" || !caller.passwordIsOneTime) {
      throw new HttpProblem(
        "not_allowed",
        "Only somebody who signed in with a one-time password chooses a password here.",
      );
    }
    const { newPassword } = parse(choosePasswordRequestShape, request.body, "body");
    await people.choosePassword(request.headers, newPassword);
    response.status(204).end();
  });
  return router;
}

function presentMe(caller: Caller): Me {
  const { kind, id, name } = caller;
  return caller.kind === "person"
    ? {
        kind,
        id,
        name,
        email: caller.email,
        role: caller.role,
        scopes: null,
        mustChoosePassword: caller.passwordIsOneTime,
      }
    : { kind, id, name, email: null, role: null, scopes: [...caller.scopes], mustChoosePassword: false };
}

import { Router } from "express";
import { addPerson } from "../../application/people/add-person.ts";
import { changePerson } from "../../application/people/change-person.ts";
import { resetPassword } from "../../application/people/reset-password.ts";
import { setIdentities } from "../../application/people/set-identities.ts";
import type { PersonRecord } from "../../application/ports/people-store.ts";
import {
  addPersonRequestShape,
  changePersonRequestShape,
  identitiesShape,
  type AddedPerson,
  type OneTimePassword,
  type PersonView,
} from "../../contract/person.ts";
import { refOf } from "../../domain/actor.ts";
import type { AppDeps } from "../app-deps.ts";
import { callerIn, requireAdministrator, requireAdministratorInPerson } from "../authenticate.ts";
import { parse } from "../parse.ts";
import { pathParameter } from "../path-parameter.ts";
import { HttpProblem } from "../problem.ts";

/** `/users`: people as administrators look after them. */
export function userRoutes({ use }: AppDeps): Router {
  const router = Router();
  router.get("/users", requireAdministrator, async (_request, response) => {
    response.json({ items: (await use.peopleStore.list()).map(presentPerson) });
  });

  router.get("/users/:id", requireAdministrator, async (request, response) => {
    const id = pathParameter(request, "id");
    const person = await use.peopleStore.find(id);
    if (person === null) throw new HttpProblem("not_found", "There is no such person.");
    response.json(presentPerson(person));
  });

  router.post("/users", requireAdministratorInPerson, async (request, response) => {
    const wanted = parse(addPersonRequestShape, request.body, "body");
    const { person, oneTimePassword } = await addPerson(use, refOf(callerIn(response)), wanted);
    const added: AddedPerson = { person: presentPerson(person), oneTimePassword };
    response.status(201).json(added);
  });

  router.patch("/users/:id", requireAdministratorInPerson, async (request, response) => {
    const id = pathParameter(request, "id");
    const change = parse(changePersonRequestShape, request.body, "body");
    response.json(presentPerson(await changePerson(use, refOf(callerIn(response)), id, change)));
  });

  router.put("/users/:id/identities", requireAdministratorInPerson, async (request, response) => {
    const id = pathParameter(request, "id");
    const identities = parse(identitiesShape, request.body, "body");
    const person = await setIdentities(use, refOf(callerIn(response)), id, () => identities);
    response.json(presentPerson(person));
  });

  router.post("/users/:id/password", requireAdministratorInPerson, async (request, response) => {
    const id = pathParameter(request, "id");
    const reset: OneTimePassword = await resetPassword(use, refOf(callerIn(response)), id);
    response.json(reset);
  });
  return router;
}

function presentPerson(person: PersonRecord): PersonView {
  const { id, name, email, role, isActive, passwordIsOneTime, signsInWith, teams, identities } = person;
  return {
    id,
    name,
    email,
    role,
    isActive,
    mustChoosePassword: passwordIsOneTime,
    signsInWith: [...signsInWith],
    teams: [...teams],
    identities: { emails: [...identities.emails], logins: [...identities.logins] },
    createdAt: person.createdAt.toISOString(),
    lastSignedInAt: person.lastSignedInAt?.toISOString() ?? null,
  };
}

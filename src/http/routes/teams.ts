import { Router } from "express";
import { addMember, createTeam, deleteTeam, removeMember } from "../../application/people/change-team.ts";
import { createTeamRequestShape, type TeamView } from "../../contract/team.ts";
import { refOf } from "../../domain/actor.ts";
import type { AppDeps } from "../app-deps.ts";
import { callerIn, requireAdministrator, requireAdministratorInPerson } from "../authenticate.ts";
import { parse } from "../parse.ts";
import { pathParameter } from "../path-parameter.ts";

/** `/teams`: people whom policies name together. */
export function teamRoutes({ use }: AppDeps): Router {
  const router = Router();
  router.get("/teams", requireAdministrator, async (_request, response) => {
    const items: TeamView[] = (await use.peopleStore.teams()).map(({ name, members }) => ({
      name,
      members: members.map((member) => ({ ...member })),
    }));
    response.json({ items });
  });

  router.post("/teams", requireAdministratorInPerson, async (request, response) => {
    const { name } = parse(createTeamRequestShape, request.body, "body");
    await createTeam(use, refOf(callerIn(response)), name);
    const created: TeamView = { name, members: [] };
    response.status(201).json(created);
  });

  router.delete("/teams/:name", requireAdministratorInPerson, async (request, response) => {
    const name = pathParameter(request, "name");
    await deleteTeam(use, refOf(callerIn(response)), name);
    response.status(204).end();
  });

  router.put("/teams/:name/members/:id", requireAdministratorInPerson, async (request, response) => {
    const [name, id] = [pathParameter(request, "name"), pathParameter(request, "id")];
    await addMember(use, refOf(callerIn(response)), name, id);
    response.status(204).end();
  });

  router.delete("/teams/:name/members/:id", requireAdministratorInPerson, async (request, response) => {
    const [name, id] = [pathParameter(request, "name"), pathParameter(request, "id")];
    await removeMember(use, refOf(callerIn(response)), name, id);
    response.status(204).end();
  });
  return router;
}

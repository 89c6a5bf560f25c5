import { teamListShape, teamShape, type TeamView } from "../../src/contract/team.ts";
import { request, requestNothing } from "./request.ts";

const pathOf = (name: string) => `/api/v1/teams/${encodeURIComponent(name)}`;

/** `GET /api/v1/teams` */
export async function listTeams(signal?: AbortSignal): Promise<TeamView[]> {
  return (await request("/api/v1/teams", teamListShape, { signal })).items;
}

/** `POST /api/v1/teams` */
export function createTeam(name: string): Promise<TeamView> {
  return request("/api/v1/teams", teamShape, { method: "POST", body: { name } });
}

/** `DELETE /api/v1/teams/{name}` */
export function deleteTeam(name: string): Promise<void> {
  return requestNothing(pathOf(name), { method: "DELETE" });
}

/** `PUT` or `DELETE /api/v1/teams/{name}/members/{id}` */
export function setMember(name: string, personId: string, isMember: boolean): Promise<void> {
  const method = isMember ? "PUT" : "DELETE";
  return requestNothing(`${pathOf(name)}/members/${encodeURIComponent(personId)}`, { method });
}

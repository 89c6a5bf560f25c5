import {
  type AddedPerson,
  type AddPersonRequest,
  addedPersonShape,
  type ChangePersonRequest,
  type IdentitiesView,
  type OneTimePassword,
  oneTimePasswordShape,
  personListShape,
  personShape,
  type PersonView,
} from "../../src/contract/person.ts";
import { request } from "./request.ts";

const pathOf = (id: string) => `/api/v1/users/${encodeURIComponent(id)}`;

/** `GET /api/v1/users` */
export async function listPeople(signal?: AbortSignal): Promise<PersonView[]> {
  return (await request("/api/v1/users", personListShape, { signal })).items;
}

/** `POST /api/v1/users` */
export function addPerson(body: AddPersonRequest): Promise<AddedPerson> {
  return request("/api/v1/users", addedPersonShape, { method: "POST", body });
}

/** `PATCH /api/v1/users/{id}` */
export function changePerson(id: string, body: ChangePersonRequest): Promise<PersonView> {
  return request(pathOf(id), personShape, { method: "PATCH", body });
}

/** `PUT /api/v1/users/{id}/identities` */
export function setIdentities(id: string, body: IdentitiesView): Promise<PersonView> {
  return request(`${pathOf(id)}/identities`, personShape, { method: "PUT", body });
}

/** `POST /api/v1/users/{id}/password` */
export function resetPassword(id: string): Promise<OneTimePassword> {
  return request(`${pathOf(id)}/password`, oneTimePasswordShape, { method: "POST", body: {} });
}

import {
  sessionListShape,
  type SessionView,
  type SignInMethods,
  signInMethodsShape,
} from "../../src/contract/session.ts";
import { request, requestNothing } from "./request.ts";

/** `GET /api/v1/sessions`; `person` is an id, or `me`. */
export async function listSessions(person: string, signal?: AbortSignal): Promise<SessionView[]> {
  const query = new URLSearchParams({ person });
  return (await request(`/api/v1/sessions?${query.toString()}`, sessionListShape, { signal })).items;
}

/** `DELETE /api/v1/sessions/{id}` */
export function endSession(id: string): Promise<void> {
  return requestNothing(`/api/v1/sessions/${encodeURIComponent(id)}`, { method: "DELETE" });
}

/** `DELETE /api/v1/sessions`: one's own others, or all of somebody else. */
export function endSessionsOf(person: string): Promise<void> {
  const query = new URLSearchParams({ person });
  return requestNothing(`/api/v1/sessions?${query.toString()}`, { method: "DELETE" });
}

/** `GET /api/v1/sign-in` */
export function getSignInMethods(signal?: AbortSignal): Promise<SignInMethods> {
  return request("/api/v1/sign-in", signInMethodsShape, { signal });
}

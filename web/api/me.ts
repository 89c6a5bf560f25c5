import { type Me, meShape } from "../../src/contract/session.ts";
import { ApiProblem } from "./errors.ts";
import { request, requestNothing } from "./request.ts";

/** `GET /api/v1/me`; null when nobody is signed in. */
export async function getMe(signal?: AbortSignal): Promise<Me | null> {
  try {
    return await request("/api/v1/me", meShape, { signal });
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) return null;
    throw error;
  }
}

/** `POST /api/v1/me/password` */
export function changePassword(body: {
  newPassword: string;
  currentPassword?: string | undefined;
}): Promise<void> {
  return requestNothing("/api/v1/me/password", { method: "POST", body });
}

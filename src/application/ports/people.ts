import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Caller } from "../../domain/actor.ts";

export type Person = Extract<Caller, { kind: "person" }>;

/** Sign-in of people: e-mail address and password, and a session cookie. */
export interface People {
  /** Handles the routes of sign-in under /api/auth. */
  handler(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Who the session cookie belongs to; null: nobody. */
  authenticate(headers: IncomingHttpHeaders): Promise<Person | null>;
  /** The id of the session whose cookie this is; null: none. */
  currentSession(headers: IncomingHttpHeaders): Promise<string | null>;
}

/** The header in which our own server says who calls: sign-in throttles by it, and a caller's own word must not count. */
export const clientAddressHeader = "x-countersign-client-address";

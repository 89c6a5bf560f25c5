import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Caller } from "../../domain/actor.ts";

export type Person = Extract<Caller, { kind: "person" }>;

/** Sign-in of people, with a password or by an identity provider, and their session cookie. */
export interface People {
  methods: {
    password: boolean;
    providers: readonly { id: string; label: string }[];
  };
  /** Handles signing in with a password, and signing out, under /api/auth. */
  handler(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /**
   * Handles the way to one of `methods.providers` and back. Throws IdentityProviderUnavailable: nothing was answered.
   */
  providerHandler(id: string, request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Who the session cookie belongs to; null: nobody. */
  authenticate(headers: IncomingHttpHeaders): Promise<Person | null>;
  /** The id of the session whose cookie this is; null: none. */
  currentSession(headers: IncomingHttpHeaders): Promise<string | null>;
}

/** The header in which our own server says who calls: sign-in throttles by it, and a caller's own word must not count. */
export const clientAddressHeader = "x-countersign-client-address";

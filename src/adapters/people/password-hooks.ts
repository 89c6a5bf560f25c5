import { APIError, createAuthMiddleware } from "better-auth/api";
import { clientAddressHeader } from "../../application/ports/people.ts";
import type { Database } from "../postgres/database.ts";
import { useUpOneTimePassword } from "./one-time-password.ts";
import type { SignInEvents } from "./sign-in-events.ts";

export interface PasswordHooksOptions {
  events: SignInEvents;
  /** Whose session a request's cookies hold. */
  personOf(cookie: string | undefined): Promise<{ id: string; name: string } | null>;
}

/** What we add to better-auth's sign-in with a password: one-time passwords, and the audit trail. */
export function passwordHooks(database: Database, { events, personOf }: PasswordHooksOptions) {
  const before = createAuthMiddleware(async (ctx) => {
    if (ctx.path !== "/sign-out") return;
    const person = await personOf(ctx.headers?.get("cookie") ?? undefined);
    if (person !== null) await events.signedOut(person);
  });

  const after = createAuthMiddleware(async (ctx) => {
    if (ctx.path !== "/sign-in/email") return;
    const { newSession: opened, internalAdapter, returned } = ctx.context;
    const address = addressIn(ctx.headers);
    if (opened === null) {
      const status = returned instanceof APIError ? returned.statusCode : 0;
      const email = emailIn(ctx.body);
      if (status === 401) await events.failed("person.sign_in_failed", email, { address });
      if (status === 403)
        await events.failed("person.sign_in_refused", email, { reason: "deactivated", address });
      return;
    }
    const { password } = ctx.body as { password: string };
    try {
      if (!(await useUpOneTimePassword(database, opened.user.id, password)))
        throw new APIError("UNAUTHORIZED", { message: "This one-time password has been used." });
      await events.signedIn(opened.user.id, "password", address);
    } catch (error) {
      await internalAdapter.deleteSession(opened.session.token);
      throw error;
    }
    // What is in the cookie, scripts of the page need not see: better-auth says it in its reply, too.
    const { token: _token, ...shown } = returned as Record<string, unknown>;
    return ctx.json(shown);
  });
  return { before, after };
}

function emailIn(body: unknown): string {
  const email = (body as { email?: unknown } | undefined)?.email;
  return typeof email === "string" && email.length <= 254 && !email.includes("\u0000") ? email : "";
}

export function addressIn(headers: Headers | undefined): string {
  return headers?.get(clientAddressHeader) ?? "unknown";
}

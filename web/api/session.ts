import { SignInRefused, UnexpectedReply } from "./errors.ts";
import { z } from "zod";
import { request, send } from "./request.ts";

/** `POST /api/auth/sign-in/email`, a route of better-auth's: its errors are not our problems, so they are translated here. */
export async function signIn(email: string, password: string): Promise<void> {
  const reply = await send("/api/auth/sign-in/email", { method: "POST", body: { email, password } });
  if (reply.ok) return;
  throw refusalOf(reply);
}

/** `POST /api/auth/sign-in/social`: returns the address of the provider to go to. `to` is our page to come back to. */
export async function beginProviderSignIn(provider: string, to: string): Promise<string> {
  const { url } = await request("/api/auth/sign-in/social", z.object({ url: z.url() }), {
    method: "POST",
    body: { provider, to },
  });
  return url;
}

/** `POST /api/auth/sign-out` */
export async function signOut(): Promise<void> {
  const reply = await send("/api/auth/sign-out", { method: "POST", body: {} });
  // 401: the session was over already, which is what we want.
  if (!reply.ok && reply.status !== 401)
    throw new UnexpectedReply(reply.status, `Signing out failed (${reply.status}).`);
}

function refusalOf(reply: Response): Error {
  switch (reply.status) {
    case 400:
    case 422:
      return new SignInRefused("That does not look like an e-mail address and a password.");
    case 401:
      return new SignInRefused("E-mail or password is wrong.");
    case 403:
      return new SignInRefused("This account may not sign in here. Ask your administrator.");
    case 503:
      return new SignInRefused("The database cannot be reached right now. Try again in a moment.");
    case 429:
      return new SignInRefused(`Too many tries. ${waitText(reply.headers)}`);
    default:
      return new UnexpectedReply(
        reply.status,
        `Signing in failed: the server answered ${reply.status}. Try again in a moment.`,
      );
  }
}

function waitText(headers: Headers): string {
  const seconds = Number(headers.get("retry-after") ?? headers.get("x-retry-after"));
  return Number.isFinite(seconds) && seconds > 0
    ? `Wait ${Math.ceil(seconds)} seconds, then try again.`
    : "Wait a minute, then try again.";
}

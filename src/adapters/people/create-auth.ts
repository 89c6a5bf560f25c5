import { prismaAdapter } from "@better-auth/prisma-adapter";
import type { BetterAuthPlugin } from "better-auth";
import { betterAuth, type BetterAuthOptions } from "better-auth/minimal";
import { APIError } from "better-auth/api";
import { clientAddressHeader } from "../../application/ports/people.ts";
import type { Database } from "../postgres/database.ts";
import { deriveKey } from "./derive-key.ts";

/** The longest that a session lives, used or not: groups of an identity provider are looked at when people sign in. */
const sessionSeconds = 12 * 3600;
const signInsPerMinute = 10;

export interface AuthOptions {
  secret: string;
  publicUrl: string;
  /** Origins from which the page may be used. */
  origins: readonly string[];
  withPassword: boolean;
  plugins: BetterAuthPlugin[];
  hooks: NonNullable<BetterAuthOptions["hooks"]>;
  /** Looks at whoever an identity provider sends, before anything is written. */
  validateUserInfo?: NonNullable<NonNullable<BetterAuthOptions["user"]>["validateUserInfo"]>;
}

/** better-auth, set up for us. Only few of its routes are open: src/http/routes/sign-in.ts. */
export function createAuth(database: Database, options: AuthOptions) {
  const { secret, publicUrl, origins, validateUserInfo } = options;
  return betterAuth({
    secret: deriveKey(secret, "sessions"),
    baseURL: publicUrl,
    basePath: "/api/auth",
    trustedOrigins: [...origins],
    database: prismaAdapter(database.client, { provider: "postgresql" }),
    emailAndPassword: { enabled: options.withPassword, disableSignUp: true, minPasswordLength: 12 },
    user: {
      additionalFields: {
        // `input: false`: nobody sets these through a request, and no identity provider does.
        role: { type: "string", input: false, defaultValue: "viewer" },
        passwordIsOneTime: { type: "boolean", input: false, defaultValue: false },
      },
      ...(validateUserInfo === undefined ? {} : { validateUserInfo }),
    },
    account: {
      // Both sides have to have checked the address: ours is checked where an administrator has written it.
      accountLinking: { enabled: true, requireLocalEmailVerified: true, trustedProviders: [] },
      updateAccountOnSignIn: false,
    },
    session: { expiresIn: sessionSeconds, disableSessionRefresh: true },
    // better-auth throttles in production only and per process, unless told otherwise.
    rateLimit: {
      enabled: true,
      storage: "database",
      window: 60,
      max: 300,
      customRules: {
        "/sign-in/email": { window: 60, max: signInsPerMinute },
        "/sign-in/social": { window: 60, max: 30 },
        "/callback/*": { window: 60, max: 60 },
      },
    },
    advanced: {
      cookiePrefix: "countersign",
      useSecureCookies: publicUrl.startsWith("https:"),
      ipAddress: { ipAddressHeaders: [clientAddressHeader] },
      // It leaves these checks out under test unless it is told.
      disableOriginCheck: false,
      disableCSRFCheck: false,
    },
    databaseHooks: databaseHooks(database),
    plugins: options.plugins,
    hooks: options.hooks,
    onAPIError: { errorURL: `${publicUrl}/sign-in`, onError: throwOn },
    telemetry: { enabled: false },
    logger: { disabled: true },
  });
}

export type Auth = ReturnType<typeof createAuth>;

/** What better-auth has no answer for goes to whoever called it; by itself it prints it and says 500 without a word. */
function throwOn(error: unknown): void {
  if (!(error instanceof APIError)) throw error;
}

function databaseHooks(database: Database): NonNullable<BetterAuthOptions["databaseHooks"]> {
  return {
    account: {
      create: {
        // We speak to identity providers at sign-in alone: what opens doors there is not kept here.
        before: async (account) => ({
          data: { ...account, accessToken: null, refreshToken: null, idToken: null },
        }),
      },
    },
    session: {
      create: {
        async before({ userId }) {
          const user = await database.client.user.findUnique({ where: { id: userId } });
          if (user?.deactivatedAt === null) return;
          throw new APIError("FORBIDDEN", { code: "deactivated", message: "This account may not sign in." });
        },
      },
    },
  };
}

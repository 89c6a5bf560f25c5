import { prismaAdapter } from "@better-auth/prisma-adapter";
import { betterAuth } from "better-auth/minimal";
import { APIError, createAuthMiddleware } from "better-auth/api";
import { toNodeHandler } from "better-auth/node";
import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Database } from "../postgres/database.ts";
import { clientAddressHeader, type People } from "../../application/ports/people.ts";
import { deriveKey } from "./derive-key.ts";
import { createSessionReader } from "./session-reader.ts";

const sessionSeconds = 12 * 3600;
const signInsPerMinute = 10;

export interface PeopleOptions {
  secret: string;
  publicUrl: string;
  /** Origins from which the page may be used. */
  origins: readonly string[];
}

export function createPeople(database: Database, options: PeopleOptions): People {
  const auth = createAuth(database, options);
  const reader = auth.$context.then(({ authCookies, secret }) =>
    createSessionReader(database, { name: authCookies.sessionToken.name, secret }),
  );
  const openSession = async ({ cookie }: IncomingHttpHeaders) => (await reader)(cookie);
  return {
    handler: toNodeHandler(auth),
    authenticate: async (headers) => (await openSession(headers))?.person ?? null,
    currentSession: async (headers) => (await openSession(headers))?.id ?? null,
  };
}

function createAuth(database: Database, { secret, publicUrl, origins }: PeopleOptions) {
  return betterAuth({
    secret: deriveKey(secret, "sessions"),
    baseURL: publicUrl,
    basePath: "/api/auth",
    trustedOrigins: [...origins],
    database: prismaAdapter(database.client, { provider: "postgresql" }),
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12 },
    user: {
      additionalFields: {
        // `input: false`: nobody sets these through a request.
        role: { type: "string", input: false, defaultValue: "viewer" },
        passwordIsOneTime: { type: "boolean", input: false, defaultValue: false },
      },
    },
    session: { expiresIn: sessionSeconds },
    // better-auth throttles in production only and per process, unless told otherwise.
    rateLimit: {
      enabled: true,
      storage: "database",
      window: 60,
      max: 300,
      customRules: { "/sign-in/email": { window: 60, max: signInsPerMinute } },
    },
    advanced: {
      cookiePrefix: "countersign",
      useSecureCookies: publicUrl.startsWith("https:"),
      ipAddress: { ipAddressHeaders: [clientAddressHeader] },
    },
    databaseHooks: {
      session: {
        create: {
          async before({ userId }) {
            const user = await database.client.user.findUnique({ where: { id: userId } });
            if (user?.deactivatedAt === null) return;
            throw new APIError("FORBIDDEN", {
              code: "deactivated",
              message: "This account may not sign in.",
            });
          },
        },
      },
    },
    telemetry: { enabled: false },
    logger: { disabled: true },
    hooks: {
      after: createAuthMiddleware(async ({ path, context, body }) => {
        const opened = context.newSession;
        if (path !== "/sign-in/email" || opened === null) return;
        const { password } = body as { password: string };
        if (await useUpOneTimePassword(database, opened.user.id, password, context.password)) return;
        await context.internalAdapter.deleteSession(opened.session.token);
        throw new APIError("UNAUTHORIZED", { message: "This one-time password has been used." });
      }),
    },
  });
}

interface Hashing {
  hash(password: string): Promise<string>;
  verify(pair: { password: string; hash: string }): Promise<boolean>;
}

/**
 * A one-time password opens one session: then a password that nobody knows stands in its place. False: somebody else was first, with
 * the same password at the same moment.
 */
async function useUpOneTimePassword(
  database: Database,
  userId: string,
  password: string,
  hashing: Hashing,
): Promise<boolean> {
  const user = await database.client.user.findUnique({
    where: { id: userId },
    select: { passwordIsOneTime: true, accounts: { where: { providerId: "credential" } } },
  });
  if (user?.passwordIsOneTime !== true) return true;
  const verified = user.accounts[0]?.password ?? "";
  if (!(await hashing.verify({ password, hash: verified }))) return false;
  const unknown = await hashing.hash(randomBytes(32).toString("base64url"));
  const { count } = await database.client.account.updateMany({
    where: { userId, providerId: "credential", password: verified },
    data: { password: unknown },
  });
  return count === 1;
}

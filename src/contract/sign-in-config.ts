import { z } from "zod";
import { roles } from "./person.ts";
import { teamNameShape } from "./team.ts";

/** The `signIn:` part of countersign.yaml. */

const loopback = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Tokens and secrets go there: in the clear they may only stay on this machine. */
export function isSafeProviderUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== "" || password !== "") return false;
  return protocol === "https:" || (protocol === "http:" && loopback.has(hostname));
}

const issuer = z
  .string()
  .refine(isSafeProviderUrl, { error: "is not an https:// address (http:// is for the loopback alone)" })
  .refine((text) => !/[?#]/.test(text), { error: "has a query or a fragment, which no issuer has" });

const claim = z.string().min(1).max(200);
const groupName = z.string().min(1).max(300);

const oidcShape = z
  .strictObject({
    /** Stands in the address that the provider sends people back to. */
    id: z
      .string()
      .regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, { error: "is 1 to 32 small letters, digits and -" })
      .refine((id) => id !== "credential" && id !== "password", { error: "means a password already" }),
    label: z.string().min(1).max(60).optional().describe("What the button says"),
    issuer,
    clientId: z.string().min(1, { error: "is empty (or its environment variable is unset)" }),
    clientSecret: z.string().min(1, { error: "is empty (or its environment variable is unset)" }),
    scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/)).default(["openid", "profile", "email"]),
    /** A name, or a path like `realm_access.roles`. */
    groupsClaim: claim.default("groups"),
    /** The claim that holds the person's account at the forge; null: none does. */
    loginClaim: claim.optional(),
    /** Group to role; the highest one counts. Without any, roles are given in Countersign. */
    roles: z
      .record(groupName, z.enum(roles, { error: "is none of viewer, reviewer, administrator" }))
      .default({}),
    teams: z
      .record(groupName, z.union([teamNameShape, z.array(teamNameShape).min(1)]))
      .default({})
      .describe("Group to team, or several"),
    /** Who is in no group with a role. */
    withoutRole: z.enum(["viewer", "refuse"], { error: "is neither viewer nor refuse" }).optional(),
    /** For providers that never say `email_verified`, and whose people cannot choose their address. */
    emailsAreVerified: z.boolean().default(false),
  })
  .refine(({ roles: map, withoutRole }) => withoutRole !== "refuse" || Object.keys(map).length > 0, {
    path: ["withoutRole"],
    error: "refuses everybody, since no group has a role: name some under roles",
  });

export const signInShape = z
  .strictObject({
    /** False: nobody signs in with a password. */
    password: z.boolean().default(true),
    oidc: z.array(oidcShape).max(10).default([]),
  })
  .refine(({ password, oidc }) => password || oidc.length > 0, {
    path: ["password"],
    error: "nobody could sign in: there is no identity provider under oidc",
  })
  .superRefine(({ oidc }, context) => {
    for (const [index, { id }] of oidc.entries())
      if (oidc.findIndex((other) => other.id === id) < index)
        context.addIssue({ code: "custom", path: ["oidc", index, "id"], message: "is there twice" });
  })
  .prefault({});

export type SignInConfig = z.infer<typeof signInShape>;
export type OidcConfig = SignInConfig["oidc"][number];

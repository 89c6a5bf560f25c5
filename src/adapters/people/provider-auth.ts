import { AsyncLocalStorage } from "node:async_hooks";
import { createAuthMiddleware } from "better-auth/api";
import type { OidcConfig } from "../../contract/sign-in-config.ts";
import type { Database } from "../postgres/database.ts";
import { applyClaims, rightsBy, withdrawRights, type ClaimsDeps } from "./apply-claims.ts";
import { createAuth, type Auth, type AuthOptions } from "./create-auth.ts";
import { discoverProvider } from "./discover-provider.ts";
import type { Claims } from "./oidc-claims.ts";
import { oidcPlugin } from "./oidc-plugin.ts";
import { addressIn } from "./password-hooks.ts";
import type { SignInEvents } from "./sign-in-events.ts";

/** What is learned on the way of one callback, from the id token to the session. */
interface Flow {
  claims: Claims | null;
  isNew: "person" | "link" | null;
}

export interface ProviderAuth {
  auth: Auth;
  /** Everything that happens in `work` belongs to one request. */
  inFlow<T>(work: () => Promise<T>): Promise<T>;
}

/** better-auth for one identity provider. Throws IdentityProviderUnavailable. */
export async function createProviderAuth(
  database: Database,
  config: OidcConfig,
  options: Pick<AuthOptions, "secret" | "publicUrl" | "origins">,
  { deps, events }: { deps: ClaimsDeps; events: SignInEvents },
): Promise<ProviderAuth> {
  const provider = await discoverProvider(config.issuer);
  const flows = new AsyncLocalStorage<Flow>();
  const flow = (): Flow => {
    const found = flows.getStore();
    if (found === undefined) throw new Error("no request is under way");
    return found;
  };
  const plugin = oidcPlugin(config, provider, (claims) => (flow().claims = claims));
  const auth = createAuth(database, {
    ...options,
    withPassword: false,
    plugins: [plugin],
    validateUserInfo: async ({ user, source }) => {
      const { claims } = flow();
      if (claims === null) return { error: "unable_to_get_user_info" };
      if (rightsBy(config, claims).kind === "refused") {
        if (source.action === "sign-in") await withdrawRights(deps, config, String(user.id));
        return { error: "no_group" };
      }
      flow().isNew =
        source.action === "create-user" ? "person" : source.action === "link-account" ? "link" : null;
      return undefined;
    },
    hooks: {
      after: createAuthMiddleware(async (ctx) => {
        const { newSession: opened, internalAdapter } = ctx.context;
        if (ctx.path !== "/callback/:id") return;
        const { claims, isNew } = flow();
        const address = addressIn(ctx.headers);
        if (opened === null) {
          const detail = { provider: config.id, reason: reasonIn(ctx.context.responseHeaders), address };
          if (claims !== null) await events.failed("person.sign_in_refused", claims.email ?? "", detail);
          return;
        }
        try {
          if (claims === null) throw new Error("a session was opened without claims");
          await applyClaims(deps, config, { personId: opened.user.id, claims, isNew });
          await events.signedIn(opened.user.id, config.id, address);
        } catch (error) {
          await internalAdapter.deleteSession(opened.session.token);
          throw error;
        }
      }),
    },
  });
  await auth.$context;
  return { auth, inFlow: (work) => flows.run({ claims: null, isNew: null }, work) };
}

/** better-auth tells why it refuses in the address that it sends people to. */
function reasonIn(headers: Headers | undefined): string {
  const location = headers?.get("location") ?? null;
  const reason = location === null ? null : new URL(location, "http://localhost").searchParams.get("error");
  return reason ?? "unknown";
}

import { genericOAuth } from "better-auth/plugins/generic-oauth";
import { decodeJwt } from "jose";
import type { OidcConfig } from "../../contract/sign-in-config.ts";
import type { DiscoveredProvider } from "./discover-provider.ts";
import { claimAt, readClaims, type Claims } from "./oidc-claims.ts";

const patienceMs = 10_000;

/**
 * One identity provider as better-auth's generic plugin wants it. The plugin checks state, PKCE, nonce, and the id token's signature,
 * issuer and audience; who comes without an id token is not let in. `onClaims` hears what a verified one says.
 */
export function oidcPlugin(
  config: OidcConfig,
  provider: DiscoveredProvider,
  onClaims: (claims: Claims) => void,
) {
  const { id, clientId, clientSecret, scopes } = config;
  return genericOAuth({
    config: [
      {
        providerId: id,
        clientId,
        clientSecret,
        discoveryUrl: provider.documentUrl,
        scopes: [...new Set(["openid", ...scopes])],
        pkce: true,
        requireIdTokenVerification: true,
        accountSubject: ({ profile }) => (typeof profile.sub === "string" ? profile.sub : ""),
        async getUserInfo({ idToken, accessToken }) {
          if (idToken === undefined) return null;
          const told = await completeClaims(decodeJwt(idToken), { config, provider, accessToken });
          const claims = readClaims(told, config);
          if (claims.subject === "") return null;
          onClaims(claims);
          const { subject, email, emailIsVerified, name } = claims;
          return { id: subject, sub: subject, email, emailVerified: emailIsVerified, name };
        },
      },
    ],
  });
}

/** What the id token leaves out, the provider's userinfo may tell; it has to be about the same person. */
async function completeClaims(
  claims: Record<string, unknown>,
  from: { config: OidcConfig; provider: DiscoveredProvider; accessToken: string | undefined },
): Promise<Record<string, unknown>> {
  const { config, provider, accessToken } = from;
  const wanted = [
    "email",
    ...(Object.keys({ ...config.roles, ...config.teams }).length > 0 ? [config.groupsClaim] : []),
    ...(config.loginClaim === undefined ? [] : [config.loginClaim]),
  ];
  const isComplete = wanted.every((name) => claimAt(claims, name) !== undefined);
  if (isComplete || provider.userinfoUrl === null || accessToken === undefined) return claims;
  const reply = await fetch(provider.userinfoUrl, {
    headers: { authorization: `Bearer ${accessToken}`, accept: "application/json" },
    redirect: "error",
    signal: AbortSignal.timeout(patienceMs),
  });
  const told: unknown = reply.ok ? await reply.json().catch(() => null) : null;
  if (typeof told !== "object" || told === null || (told as { sub?: unknown }).sub !== claims["sub"])
    return claims;
  return { ...told, ...claims };
}

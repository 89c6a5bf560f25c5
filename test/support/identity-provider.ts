import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

/** What the provider says of one person; `sub` names the account. */
export type ProviderClaims = Record<string, unknown> & { sub: string };

export interface IdentityProvider extends AsyncDisposable {
  issuer: string;
  /** Who signs in next: there is one browser, and it is always this person. */
  person: ProviderClaims;
  /** Parameters of the authorization requests, the newest last. */
  requests: URLSearchParams[];
}

export const providerClient = { clientId: "countersign", clientSecret: "a secret of the tests' client" };

/** A real OpenID provider (`oidc-provider`) on the loopback. It asks nothing: whoever comes is `person`. */
export async function startIdentityProvider(
  redirectUris: readonly string[],
  options: { port?: number; claimsInIdToken?: boolean } = {},
): Promise<IdentityProvider> {
  const server: Server = createServer();
  await new Promise<void>((listening) => server.listen(options.port ?? 0, "127.0.0.1", listening));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const started: IdentityProvider = {
    issuer,
    person: { sub: "nobody" },
    requests: [],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: providerClient.clientId,
        client_secret: providerClient.clientSecret,
        redirect_uris: [...redirectUris],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    claims: {
      openid: ["sub"],
      email: ["email", "email_verified"],
      profile: ["name", "preferred_username"],
      groups: ["groups"],
    },
    conformIdTokenClaims: options.claimsInIdToken === false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ["a key of the tests"] },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ ...started.person, sub }) }),
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      Grant: 600,
      IdToken: 600,
      Interaction: 600,
      Session: 600,
    },
  });
  const callback = provider.callback();
  server.on("request", (request, response) => {
    const url = new URL(request.url ?? "/", issuer);
    if (url.pathname === "/auth") started.requests.push(url.searchParams);
    if (!url.pathname.startsWith("/interaction/")) return void callback(request, response);
    void agree(provider, started.person.sub, request, response);
  });
  return started;
}

/** Answers what a login page and a page of consent would ask. */
async function agree(
  provider: Provider,
  accountId: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { params } = await provider.interactionDetails(request, response);
  const grant = new provider.Grant({ accountId, clientId: String(params["client_id"]) });
  grant.addOIDCScope(String(params["scope"]));
  const grantId = await grant.save();
  await provider.interactionFinished(request, response, { login: { accountId }, consent: { grantId } });
}

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

/** What the provider's next answer holds, beside what is right. */
export interface Forgery {
  claims?: Record<string, unknown>;
  /** Signed by a key that the provider does not publish. */
  withForeignKey?: boolean;
  withoutSignature?: boolean;
  withoutIdToken?: boolean;
  userinfo?: object;
}

/** A provider that keeps to the protocol, but for what a test asks it to forge. */
export async function startForgingProvider(clientId: string) {
  const [own, foreign] = await Promise.all([generateKeyPair("RS256"), generateKeyPair("RS256")]);
  const jwk = { ...(await exportJWK(own.publicKey)), kid: "own", alg: "RS256", use: "sig" };
  const next = { nonce: "", forgery: {} as Forgery };
  const idToken = async (): Promise<string> => {
    const now = Math.floor(Date.now() / 1000);
    const right = { iss: issuer, aud: clientId, sub: "ada", nonce: next.nonce, iat: now, exp: now + 60 };
    const person = { email: "ada@acme.example", email_verified: true, name: "Ada" };
    const claims = { ...right, ...person, ...next.forgery.claims };
    if (next.forgery.withoutSignature === true) {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
      return `${part({ alg: "none" })}.${part(claims)}.`;
    }
    const key = next.forgery.withForeignKey === true ? foreign.privateKey : own.privateKey;
    return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "own" }).sign(key);
  };
  const answers: Record<string, () => Promise<object> | object> = {
    "/.well-known/openid-configuration": () => ({
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      userinfo_endpoint: `${issuer}/me`,
      id_token_signing_alg_values_supported: ["RS256"],
    }),
    "/jwks": () => ({ keys: [jwk] }),
    "/me": () => next.forgery.userinfo ?? { sub: "ada" },
    "/token": async () => ({
      access_token: "access",
      token_type: "Bearer",
      expires_in: 60,
      ...(next.forgery.withoutIdToken === true ? {} : { id_token: await idToken() }),
    }),
  };
  const server = createServer((request, response) => {
    void Promise.resolve(answers[request.url ?? ""]?.()).then((answer) =>
      response.setHeader("content-type", "application/json").end(JSON.stringify(answer ?? {})),
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    next,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

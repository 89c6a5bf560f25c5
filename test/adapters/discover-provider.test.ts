import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { discoverProvider } from "../../src/adapters/people/discover-provider.ts";

/** A server that answers every request so; `issuer` is its address. */
async function serve(answer: (issuer: string) => object, handler?: RequestListener) {
  const server = createServer((request, response) => {
    if (handler !== undefined) return handler(request, response);
    response.setHeader("content-type", "application/json").end(JSON.stringify(answer(issuer)));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

const right = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/auth`,
  token_endpoint: `${issuer}/token`,
  userinfo_endpoint: `${issuer}/me`,
  jwks_uri: `${issuer}/jwks`,
  id_token_signing_alg_values_supported: ["RS256"],
});

describe("what an identity provider says of itself", () => {
  it("is read below its issuer", async () => {
    await using provider = await serve(right);
    expect(await discoverProvider(provider.issuer)).toEqual({
      documentUrl: `${provider.issuer}/.well-known/openid-configuration`,
      userinfoUrl: `${provider.issuer}/me`,
    });
  });

  it("is refused if it speaks for somebody else", async () => {
    await using provider = await serve((issuer) => ({ ...right(issuer), issuer: "https://evil.example" }));
    await expect(discoverProvider(provider.issuer)).rejects.toThrow("speaks for https://evil.example");
  });

  it.each(["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"])(
    "is refused if its %s is in the clear, or no web address at all",
    async (name) => {
      for (const address of ["http://169.254.169.254/latest", "file:///etc/passwd", "javascript:alert(1)"]) {
        await using provider = await serve((issuer) => ({ ...right(issuer), [name]: address }));
        await expect(discoverProvider(provider.issuer)).rejects.toThrow(name);
      }
    },
  );

  it("is not looked for elsewhere: a redirect, an error and nonsense are refused", async () => {
    await using elsewhere = await serve(right);
    await using redirecting = await serve(right, (request, response) =>
      response.writeHead(302, { location: `${elsewhere.issuer}${request.url ?? ""}` }).end(),
    );
    await expect(discoverProvider(redirecting.issuer)).rejects.toThrow("cannot be read");
    await using failing = await serve(right, (_request, response) => response.writeHead(500).end("{}"));
    await expect(discoverProvider(failing.issuer)).rejects.toThrow("cannot be read");
    await using nonsense = await serve(right, (_request, response) => response.end("<html>"));
    await expect(discoverProvider(nonsense.issuer)).rejects.toThrow("cannot be read");
  });
});

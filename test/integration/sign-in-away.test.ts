import { pino } from "pino";
import supertest from "supertest";
import { expect, it } from "vitest";
import { IdentityProviderUnavailable, StoreUnavailable } from "../../src/application/ports/unavailable.ts";
import { createApp } from "../../src/http/app.ts";
import { startProduct } from "../support/product.ts";

it.each([
  ["the database", new StoreUnavailable("away"), "unavailable"],
  ["the provider", new IdentityProviderUnavailable("away"), "provider_unavailable"],
])(
  "back from an identity provider while %s is away, people land on a page that says so",
  async (_what, fault, code) => {
    await using product = await startProduct({ workers: false });
    const { appDeps } = product;
    const people = {
      ...appDeps.people,
      methods: { password: true, providers: [{ id: "company", label: "Company" }] },
      providerHandler: () => Promise.reject(fault),
    };
    const app = createApp({ ...appDeps, people }, pino({ level: "silent" }));
    const reply = await supertest(app).get("/api/auth/callback/company?code=c&state=s");
    expect([reply.status, reply.headers["location"]]).toEqual([
      302,
      `http://127.0.0.1:3000/sign-in?error=${code}`,
    ]);
  },
);

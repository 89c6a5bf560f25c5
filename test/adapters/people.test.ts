import express, { type ErrorRequestHandler } from "express";
import supertest from "supertest";
import { expect, it } from "vitest";
import { freePort } from "../../local/free-port.ts";
import { createPeople } from "../../src/adapters/people/people.ts";
import { openDatabase } from "../../src/adapters/postgres/database.ts";
import { createPeopleStore } from "../../src/adapters/postgres/people-store.ts";
import { systemClock } from "../../src/adapters/clock.ts";
import { systemEntropy } from "../../src/adapters/entropy.ts";
import { clientAddressHeader } from "../../src/application/ports/people.ts";
import { StoreUnavailable } from "../../src/application/ports/unavailable.ts";

it("without Postgres a sign-in fails as StoreUnavailable, whatever better-auth was just doing", async () => {
  const database = openDatabase(`postgresql://nobody@127.0.0.1:${await freePort()}/none`);
  const publicUrl = "http://127.0.0.1:3000";
  const people = createPeople(database, {
    secret: "a secret that is long enough",
    publicUrl,
    origins: [publicUrl],
    signIn: { password: true, oidc: [] },
    clock: systemClock,
    entropy: systemEntropy,
    peopleStore: createPeopleStore(database, systemClock),
  });
  const faults: unknown[] = [];
  const hear: ErrorRequestHandler = (error, _request, response, _next) => {
    faults.push(error);
    response.sendStatus(503);
  };
  const app = express()
    .post("/api/auth/sign-in/email", express.json(), (request, response) => people.handler(request, response))
    .use(hear);
  const signIn = () =>
    supertest(app)
      .post("/api/auth/sign-in/email")
      .set("origin", publicUrl)
      .send({ email: "ada@example.com", password: "a password that is none" });
  // Its own count of tries asks Postgres first; without an address nothing is counted.
  await signIn().set(clientAddressHeader, "127.0.0.1").expect(503);
  await signIn().expect(503);
  expect(faults).toEqual([expect.any(StoreUnavailable), expect.any(StoreUnavailable)]);
  await database.close();
});

import { createHmac, randomBytes, randomUUID } from "node:crypto";
import supertest from "supertest";
import { deriveKey } from "../../src/adapters/people/derive-key.ts";
import { addPerson } from "../../src/application/people/add-person.ts";
import { commandLine } from "../../src/application/people/people-deps.ts";
import type { Role } from "../../src/domain/actor.ts";
import { testSecret, type Product } from "./product.ts";

export interface SignedIn {
  id: string;
  email: string;
  oneTimePassword: string;
  /** Of an open session. */
  cookie: string;
}

/** A person with an open session, made without the throttled way through the sign-in. */
export async function person(
  product: Product,
  email: string,
  role: Role = "reviewer",
  teams: readonly string[] = [],
): Promise<SignedIn> {
  const name = email.split("@")[0] ?? "";
  const request = { email, name, role, teams, withPassword: true };
  const { person: made, oneTimePassword } = await addPerson(product.deps, commandLine, request);
  return {
    id: made.id,
    email,
    oneTimePassword: oneTimePassword ?? "",
    cookie: await openSession(product, made.id),
  };
}

/** Another open session of a person; returns its cookie. */
export async function openSession(product: Product, personId: string): Promise<string> {
  const token = randomBytes(24).toString("base64url");
  await product.database.query(
    `insert into session (id, token, expires_at, user_id, user_agent, ip_address)
     values ($1, $2, now() + interval '1 hour', $3, 'a test', '127.0.0.1')`,
    [randomUUID(), token, personId],
  );
  const signature = createHmac("sha256", deriveKey(testSecret, "sessions")).update(token).digest("base64");
  return `countersign.session_token=${encodeURIComponent(`${token}.${signature}`)}`;
}

/** The API as somebody with this cookie sees it. */
export function as(product: Product, { cookie }: { cookie: string }) {
  const call = (method: "get" | "post" | "put" | "patch" | "delete") => (path: string, body?: object) => {
    const request = supertest(product.app)[method](`/api/v1${path}`).set("cookie", cookie);
    return body === undefined ? request : request.send(body);
  };
  return {
    get: call("get"),
    post: call("post"),
    put: call("put"),
    patch: call("patch"),
    delete: call("delete"),
  };
}

export interface ToldEvent {
  type: string;
  actor: { name: string };
  detail: Record<string, unknown>;
}

/** What the audit trail tells of people and teams, in its order. */
export function toldOf(product: Product, type: string): Promise<ToldEvent[]> {
  return product.database.query<ToldEvent & Record<string, unknown>>(
    "select type, actor, detail from audit_event where type like $1 order by at, stream, seq",
    [type],
  );
}

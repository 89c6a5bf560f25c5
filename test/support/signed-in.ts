import { createHmac, randomBytes } from "node:crypto";
import { deriveKey } from "../../src/adapters/people/derive-key.ts";
import type { Role } from "../../src/domain/actor.ts";
import { testSecret, type Product } from "./product.ts";

export interface SignedIn {
  id: string;
  email: string;
  /** The `Cookie` header of a browser that this person has signed in with. */
  cookie: string;
}

/** A person with a session, straight in the tables: hashing a password takes longer than most tests. */
export async function signedIn(
  product: Pick<Product, "database">,
  role: Role,
  name: string = role,
): Promise<SignedIn> {
  const [id, token] = [randomBytes(12).toString("hex"), randomBytes(24).toString("hex")];
  const email = `${name.replaceAll(" ", ".")}@example.com`;
  await product.database.query(
    `insert into "user" (id, name, email, email_verified, role) values ($1, $2, $3, true, $4)`,
    [id, name, email, role],
  );
  await product.database.query(
    `insert into session (id, token, expires_at, user_id) values ($1, $2, now() + interval '1 hour', $3)`,
    [randomBytes(12).toString("hex"), token, id],
  );
  const signature = createHmac("sha256", deriveKey(testSecret, "sessions")).update(token).digest("base64");
  return { id, email, cookie: `countersign.session_token=${encodeURIComponent(`${token}.${signature}`)}` };
}

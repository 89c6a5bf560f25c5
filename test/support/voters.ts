import supertest, { type Test } from "supertest";
import { randomUUID } from "node:crypto";
import type { ApprovalDetail } from "../../src/contract/approval.ts";
import type { Role } from "../../src/domain/actor.ts";
import type { Product } from "./product.ts";
import { signedIn } from "./signed-in.ts";

/** Somebody with a session, who votes as the page does. */
export interface Voter {
  email: string;
  see(id: string): Promise<ApprovalDetail>;
  vote(id: string, body: object): Promise<Reply>;
  /** `POST /decisions` */
  decideByKey(body: object): Promise<Reply>;
}

interface Reply {
  status: number;
  body: ApprovalDetail & ProblemBody;
}

interface ProblemBody {
  code?: string;
  detail?: string;
  errors?: { field: string; message: string }[];
}

/** A person with a session and teams, straight in the tables. */
export async function voter(
  product: Product,
  name: string,
  { role = "reviewer", teams = [] }: { role?: Role; teams?: readonly string[] } = {},
): Promise<Voter> {
  const { id: userId, email, cookie } = await signedIn(product, role, name);
  for (const team of teams) {
    await product.database.query(
      "insert into team (id, name, created_at) values ($1, $2, now()) on conflict (name) do nothing",
      [randomUUID(), team],
    );
    await product.database.query(
      "insert into team_member (team_id, user_id) select id, $2 from team where name = $1",
      [team, userId],
    );
  }
  const asPerson = (request: Test) => request.set("cookie", cookie).set("origin", "http://127.0.0.1:3000");
  const post = async (path: string, body: object) => {
    const reply = await asPerson(supertest(product.app).post(path)).send(body);
    return { status: reply.status, body: reply.body as ApprovalDetail & ProblemBody };
  };
  return {
    email,
    async see(id) {
      const reply = await asPerson(supertest(product.app).get(`/api/v1/approvals/${id}`));
      return reply.body as ApprovalDetail;
    },
    vote: (id, body) => post(`/api/v1/approvals/${id}/decision`, body),
    decideByKey: (body) => post("/api/v1/decisions", body),
  };
}

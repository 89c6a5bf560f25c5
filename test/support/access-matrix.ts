import { pino } from "pino";
import supertest from "supertest";
import { createApp } from "../../src/http/app.ts";
import { noLimits, type Role, type Scope } from "../../src/domain/actor.ts";
import type { Product } from "./product.ts";
import { signedIn } from "./signed-in.ts";

/** Everybody who may knock, in the order of the table's columns. */
export const callers = [
  "nobody",
  "viewer",
  "reviewer",
  "administrator",
  "deactivated",
  "read",
  "decide",
  "both",
  "admin",
  "elsewhere",
  "veto",
  "expired",
  "revoked",
] as const;
export type CallerName = (typeof callers)[number];

export const states = ["pending", "approved", "rejected", "lapsed"] as const;
/** `pending!`: the same, and rejected rather than approved. */
export type State = (typeof states)[number] | "pending!";

export interface Row {
  route: string;
  /** Null: the route is about no approval. */
  state: State | null;
  expected: Record<CallerName, number>;
}

/** Reads the table: route, state, and a status for each caller. */
export function readTable(text: string): Row[] {
  const [head = "", ...lines] = text.trim().split("\n");
  const names = head.trim().split(/\s+/).slice(3);
  if (names.join() !== callers.join())
    throw new Error(`the columns are ${names.join()}, not ${callers.join()}`);
  return lines
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [method, path, state, ...statuses] = line.trim().split(/\s+/);
      if (statuses.length !== callers.length) throw new Error(`not a status for each caller: ${line}`);
      return {
        route: `${method} ${path}`,
        state: state === "-" ? null : (state as State),
        expected: Object.fromEntries(
          callers.map((name, column) => [name, Number(statuses[column])]),
        ) as Row["expected"],
      };
    });
}

/** What a request of one row may be about; each cell of the table has its own. */
export interface Targets {
  approvalId: string;
  commit: string;
  tokenId: string;
  personId: string;
  sessionId: string;
  team: string;
  verdict: "approve" | "reject";
}

const repository = "acme/shop";

/** Stands for all callers, on a server behind a proxy: whoever fails is counted by an address of its own. */
export async function openMatrix(product: Product, executionArn: string) {
  const app = createApp({ ...product.appDeps, trustedProxies: 1 }, pino({ level: "silent" }));
  const fast = throughOnePool(product);
  const credentials = await credentialsOf(fast);
  let calls = 0;
  return {
    targets: (route: string, state: State | null) => makeTargets(fast, executionArn, route, state),
    async call(caller: CallerName, method: string, path: string, body: object | undefined): Promise<number> {
      calls += 1;
      const address = `10.0.${calls >> 8}.${calls & 255}`;
      const verb = method.toLowerCase() as "get";
      const request = supertest(app)[verb](path).set("x-forwarded-for", address);
      const { status } = await request.set(await credentials(caller)).send(body);
      return status;
    },
  };
}

/** The matrix asks some thousand times: a connection for each, as tests have it, would take most of its time. */
function throughOnePool(product: Product): Product {
  const { client } = product.composed.database;
  return {
    ...product,
    database: {
      ...product.database,
      query: <Row>(text: string, values: unknown[] = []) => client.$queryRawUnsafe<Row[]>(text, ...values),
    },
  };
}

async function credentialsOf(
  product: Product,
): Promise<(caller: CallerName) => Promise<Record<string, string>>> {
  const bot = async (...scopes: Scope[]) => `Bearer ${await product.bot(...scopes)}`;
  const limited = async (limits: object) =>
    `Bearer ${(await product.botWith({ limits: { ...noLimits, ...limits } })).text}`;
  const expired = await product.botWith({ expiresAt: new Date(product.deps.clock.now().getTime() - 1) });
  const revoked = await product.botWith({});
  await product.database.query("update api_token set revoked_at = now() where id = $1::uuid", [revoked.id]);
  const bearers: Partial<Record<CallerName, string>> = {
    read: await bot("read"),
    decide: await bot("decide"),
    both: await bot("read", "decide"),
    admin: await bot("admin"),
    elsewhere: await limited({ repositories: ["acme/blog"] }),
    veto: await limited({ verdicts: ["reject"] }),
    expired: `Bearer ${expired.text}`,
    revoked: `Bearer ${revoked.text}`,
  };
  let people = 0;
  return async (caller) => {
    if (caller === "nobody") return {};
    const bearer = bearers[caller];
    if (bearer !== undefined) return { authorization: bearer };
    // A person of its own for each cell: some routes end sessions, and a last administrator stays.
    const role: Role = caller === "deactivated" ? "administrator" : (caller as Role);
    const person = await signedIn(product, role, `${caller} ${(people += 1)}`);
    if (caller === "deactivated")
      await product.database.query(`update "user" set deactivated_at = now() where id = $1`, [person.id]);
    return { cookie: person.cookie, origin: product.appDeps.publicUrl };
  };
}

/** What the route is about is there; of everything else there is a name. */
async function makeTargets(
  product: Product,
  executionArn: string,
  route: string,
  state: State | null,
): Promise<Targets> {
  const unique = crypto.randomUUID();
  const [approvalId, commit, team] = [
    crypto.randomUUID(),
    unique.replaceAll("-", ""),
    `team-${unique.slice(0, 8)}`,
  ];
  const { query } = product.database;
  if (state !== null) await addApproval(product, { executionArn, state, approvalId, commit });
  if (route.includes("/teams/"))
    await query("insert into team (id, name, created_at) values (gen_random_uuid(), $1, now())", [team]);
  const aboutPerson = /users|sessions|members/.test(route);
  const personId = aboutPerson ? (await signedIn(product, "viewer", `target ${unique}`)).id : unique;
  const sessions = await query<{ id: string }>("select id from session where user_id = $1", [personId]);
  return {
    approvalId,
    commit,
    team,
    personId,
    tokenId: route.includes("/tokens/") ? (await product.botWith({ name: `target ${unique}` })).id : unique,
    sessionId: sessions[0]?.id ?? "",
    verdict: state === "pending!" ? "reject" : "approve",
  };
}

async function addApproval(
  product: Product,
  {
    executionArn,
    state,
    approvalId,
    commit,
  }: Pick<Targets, "approvalId" | "commit"> & { executionArn: string; state: State },
): Promise<void> {
  const isLapsed = state === "lapsed";
  await product.database.query(
    `insert into approval (id, status, lapsed_reason, lapsed_at, activity_arn, worker_name, received_at, execution_arn, execution_name,
       state_machine_arn, identified_at, execution_is_proven, repository, commit, title, links, input, checked_at)
     values ($1::uuid, $2::approval_status, $3::lapsed_reason, $4::timestamptz, $5, 'w', now(), $6::text, split_part($6::text, ':', -1), $7, now(), true, $8, $9,
       'Deploy', '[]', '{}', now())`,
    [
      approvalId,
      state.replace("!", ""),
      isLapsed ? "timed_out" : null,
      isLapsed ? new Date() : null,
      product.activityArn,
      executionArn,
      product.stateMachineArn,
      repository,
      commit,
    ],
  );
  if (state !== "approved" && state !== "rejected") return;
  await product.database.query(
    `with made as (
       insert into decision (id, approval_id, verdict, decided_at, decided_by, receipt)
       values (gen_random_uuid(), $1::uuid, $2::verdict, now(), '[]', 'a receipt') returning id)
     insert into answer (approval_id, decision_id, output, delivery, settled_at) select $1::uuid, id, '{}', 'accepted', now() from made`,
    [approvalId, state === "approved" ? "approve" : "reject"],
  );
}

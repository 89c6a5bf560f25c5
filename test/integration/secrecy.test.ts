import { once } from "node:events";
import { connect } from "node:net";
import supertest from "supertest";
import { describe, expect, inject, it } from "vitest";
import { inspect } from "node:util";
import { TaskToken } from "../../src/domain/task-token.ts";
import { startProduct, type Product } from "../support/product.ts";

const queues = ["postgres", ...(inject("redisUrl") === null ? [] : (["redis"] as const))] as const;

/** Every row of every table, as text: what a leaked backup would show. */
async function dump(product: Product): Promise<string> {
  const tables = await product.database.query<{ name: string }>(
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
  );
  const texts = await Promise.all(
    tables.map(({ name }) => product.database.query<{ row: string }>(`select t::text as row from ${name} t`)),
  );
  return texts
    .flat()
    .map(({ row }) => row)
    .join("\n");
}

/** Everything that anybody sends to Redis from now on. */
async function watchRedis(url: string) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let seen = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => (seen += chunk));
  await once(socket, "connect");
  socket.write("MONITOR\r\n");
  return { seen: () => seen, close: () => socket.destroy() };
}

describe.each(queues)("the task token, with the queue on %s", (queue) => {
  it("is in no log, job, response or row: the whole journey at debug level, with faults", async () => {
    const tokens = new Set<string>();
    const lines: string[] = [];
    let beatFailures = 2;
    let answerFailures = 2;
    await using product = await startProduct({
      queue,
      logLines: lines,
      state: { HeartbeatSeconds: 6 },
      faults: ({ operation, params }) => {
        const token = (params as { taskToken?: string }).taskToken;
        if (token !== undefined) tokens.add(token);
        if (operation === "SendTaskHeartbeat" && (beatFailures -= 1) >= 0)
          return { kind: "error", status: 500 };
        if (operation === "SendTaskSuccess" && (answerFailures -= 1) >= 0)
          return answerFailures === 1 ? { kind: "dropRequest" } : { kind: "throttle" };
        return undefined;
      },
    });
    const redis = queue === "redis" ? await watchRedis(inject("redisUrl") ?? "") : null;
    const bot = await product.bot();
    const responses: string[] = [];
    const call = async (request: supertest.Test) => {
      const reply = await request.auth(bot, { type: "bearer" });
      responses.push(JSON.stringify(reply.headers) + reply.text);
      return reply;
    };
    const ids: string[] = [];
    for (const commit of ["a", "b", "c"])
      ids.push(await product.approvalOf(await product.startExecution({ commit })));
    await product.pass(5_000);
    const dumped = await dump(product);
    const [approved, rejected, stopped] = ids;
    await call(
      supertest(product.app).post(`/api/v1/approvals/${approved}/decision`).send({ verdict: "approve" }),
    );
    await call(
      supertest(product.app)
        .post(`/api/v1/approvals/${rejected}/decision`)
        .send({ verdict: "reject", comment: "no" }),
    );
    await product.stopExecution(
      (await product.deps.approvals.find(stopped ?? ""))?.subject.executionArn ?? "",
    );
    await product.pass(20_000);
    await call(supertest(product.app).get("/api/v1/approvals"));
    for (const id of ids) {
      await call(supertest(product.app).get(`/api/v1/approvals/${id}`));
      await call(supertest(product.app).get(`/api/v1/approvals/${id}/execution`));
    }
    expect(tokens.size).toBe(3);
    const left = {
      logs: lines.join("\n"),
      responses: responses.join("\n"),
      redis: redis?.seen() ?? "",
      rows: dumped,
      rowsAtTheEnd: await dump(product),
    };
    expect(left.logs).toContain("a heartbeat failed");
    expect(left.rows).toContain(ids[0]);
    if (queue === "redis") expect(left.redis).toContain("countersign-answers");
    for (const [where, text] of Object.entries(left)) {
      for (const token of tokens) {
        for (const form of [
          token,
          encodeURIComponent(token),
          Buffer.from(token).toString("hex"),
          Buffer.from(token).toString("base64").slice(4, 40),
        ]) {
          expect([where, text.includes(form)]).toEqual([where, false]);
        }
      }
    }
    redis?.close();
  });
});

describe("a task token in the code", () => {
  it("prints as [task token] however it is printed", () => {
    const token = new TaskToken("AAAAsecret");
    const printed = [
      String(token),
      JSON.stringify({ token }),
      inspect({ token }),
      inspect(token, { showHidden: true }),
      `${token.toString()}`,
      Object.values(token).join(),
    ];
    for (const text of printed) expect(text).not.toContain("secret");
    expect(JSON.stringify([token])).toBe('["[task token]"]');
  });
});

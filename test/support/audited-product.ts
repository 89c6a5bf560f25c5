import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import supertest from "supertest";
import { sealAudit } from "../../src/application/seal-audit.ts";
import { exportCommand } from "../../src/commands/audit/export.ts";
import { verifyCommand, type VerifyOptions } from "../../src/commands/audit/verify.ts";
import { startProduct, testSecret, type Product } from "./product.ts";
import { until } from "./until.ts";

export interface AuditedProduct extends AsyncDisposable {
  product: Product;
  /** For files; goes with the product. */
  folder: string;
  /** One approved, one rejected, one stopped. */
  ids: { approved: string; rejected: string; lapsed: string };
  approvedArn: string;
  verify(options?: VerifyOptions, environment?: Record<string, string>): Promise<string>;
  /** Returns the path of the export. */
  exported(name: string, interval?: { from?: Date; to?: Date }): Promise<string>;
}

/** A product that has come to rest, with three approvals that ended and a checkpoint over all. */
export async function auditedProduct(): Promise<AuditedProduct> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-audit-"));
  const product = await startProduct();
  const [approved, rejected, lapsed] = [await begin(product), await begin(product), await begin(product)];
  await decide(product, approved.id, { verdict: "approve" });
  // U+2028 ends a line for some readers, and none in JSON.
  await decide(product, rejected.id, { verdict: "reject", comment: "no\u2028not today" });
  await product.deps.approvals.lapse(lapsed.id, "execution_stopped", new Date(Date.UTC(2026, 5, 1, 12)), [
    {
      type: "approval.lapsed",
      at: new Date(Date.UTC(2026, 5, 1, 12)),
      approvalId: lapsed.id,
      actor: { kind: "system", id: "countersign", name: "Countersign" },
      detail: { reason: "execution_stopped" },
    },
  ]);
  await until("both answers are settled", async () => {
    const [row] = await product.database.query<{ n: number }>(
      "select count(*)::int as n from audit_event where type = 'answer.settled'",
    );
    return row?.n === 2;
  });
  product.endpoint.releasePolls();
  await product.stopWorkers();
  await sealAudit(product.deps);
  const environment = { DATABASE_URL: product.database.url, COUNTERSIGN_SECRET: testSecret };
  return {
    product,
    folder,
    ids: { approved: approved.id, rejected: rejected.id, lapsed: lapsed.id },
    approvedArn: approved.executionArn,
    async verify(options = {}, env: Record<string, string> = environment) {
      const lines: string[] = [];
      await verifyCommand(env, options, (line) => lines.push(line));
      return lines.join("\n");
    },
    async exported(name, interval = {}) {
      const output = join(folder, name);
      const silent = { write: async () => undefined, note: () => undefined };
      await exportCommand(environment, { ...interval, output }, silent);
      return output;
    },
    async [Symbol.asyncDispose]() {
      await product[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

async function begin(product: Product) {
  const executionArn = await product.startExecution({ commit: "abc" });
  return { executionArn, id: await product.approvalOf(executionArn) };
}

async function decide(product: Product, id: string, body: object) {
  await supertest(product.app)
    .post(`/api/v1/approvals/${id}/decision`)
    .auth(await product.bot(), { type: "bearer" })
    .send(body)
    .expect(200);
}

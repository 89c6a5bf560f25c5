import { expect, it } from "vitest";
import { decide } from "../../src/application/decide.ts";
import { noLimits } from "../../src/domain/actor.ts";
import { startProduct } from "../support/product.ts";

const bot = {
  kind: "bot",
  id: "00000000-0000-4000-8000-000000000001",
  name: "bot",
  scopes: ["decide"],
  limits: noLimits,
} as const;

it("an answer is sent at once, though the clock of the process that decided is ahead of the worker's", async () => {
  await using product = await startProduct();
  const executionArn = await product.startExecution();
  const approvalId = await product.approvalOf(executionArn);
  const ahead = { ...product.deps.clock, now: () => new Date(product.deps.clock.now().getTime() + 60_000) };
  const ballot = { verdict: "approve", comment: null, output: null, idempotency: null } as const;
  await decide({ ...product.deps, clock: ahead }, { approvalId, caller: bot, ...ballot });
  await product.quiet();
  expect((await product.describe(executionArn)).status).toBe("SUCCEEDED");
});

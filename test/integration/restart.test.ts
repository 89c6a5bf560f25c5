import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
} from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localCredentials } from "../../local/sample.ts";
import { freePort } from "../../local/free-port.ts";
import { projectFile } from "../../src/project-file.ts";
import { startCountersign, type CountersignProcess } from "../support/countersign-process.ts";
import { until } from "../support/until.ts";

/** `countersign start` on one data folder, killed and started again, with nothing but the folder to go on from. */
let folder = "";
let environment: Record<string, string> = {};
let product: CountersignProcess;
let sfn: SFNClient;

const start = async () => {
  product = startCountersign(["start"], environment, { cwd: folder });
  await product.says("ready in");
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "countersign-restart-"));
  const stepFunctionsPort = String(await freePort());
  environment = {
    COUNTERSIGN_DATA: join(folder, "data"),
    PORT: String(await freePort()),
    COUNTERSIGN_STEP_FUNCTIONS_PORT: stepFunctionsPort,
    COUNTERSIGN_FUNCTIONS: projectFile("local/samples/functions.yaml"),
  };
  sfn = new SFNClient({
    endpoint: `http://127.0.0.1:${stepFunctionsPort}`,
    region: "us-east-1",
    credentials: localCredentials,
  });
  await start();
});

afterAll(async () => {
  sfn.destroy();
  await product.kill("SIGTERM");
  await rm(folder, { recursive: true, force: true });
});

async function run(args: string[], more: Record<string, string> = {}): Promise<string> {
  const command = startCountersign(args, { ...environment, ...more }, { cwd: folder });
  const code = await command.ended();
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${command.output()}`);
  return command.stdout().trim();
}

interface Listed {
  id: string;
  commit: string;
  executionArn: string | null;
}

describe("npm start, killed in the midst of its work", () => {
  it("goes on after the next start: every execution is decided once, whenever its decision was made", async () => {
    const token = await run(["token", "create", "--name", "bot", "--scope", "read", "--scope", "decide"]);
    const bot = { COUNTERSIGN_TOKEN: token };
    const commits = { approve: "a".repeat(40), reject: "b".repeat(40), early: "c".repeat(40) };
    for (const commit of Object.values(commits)) await run(["push", "--commit", commit]);
    const pending = async (): Promise<Listed[]> => {
      const reply = await fetch(`http://127.0.0.1:${environment["PORT"]}/api/v1/approvals?status=pending`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return ((await reply.json()) as { items: Listed[] }).items;
    };
    const before = await until("all wait", async () => {
      const items = await pending();
      return items.length === 3 && items.every(({ executionArn }) => executionArn !== null) ? items : null;
    });
    const idOf = (commit: string) => before.find((each) => each.commit === commit)?.id ?? "";

    await run(["approvals", "approve", idOf(commits.early)], bot);
    await product.kill("SIGKILL");
    await start();

    expect((await pending()).map(({ id }) => id).sort()).toEqual(
      [idOf(commits.approve), idOf(commits.reject)].sort(),
    );
    await run(["approvals", "approve", idOf(commits.approve)], bot);
    await run(["approvals", "reject", idOf(commits.reject), "--comment", "not on a Friday"], bot);
    const ends = { approve: "SUCCEEDED", reject: "FAILED", early: "SUCCEEDED" } as const;
    for (const [name, status] of Object.entries(ends)) {
      const executionArn =
        before.find(({ commit }) => commit === commits[name as keyof typeof commits])?.executionArn ?? "";
      await until(`the execution of ${name} is ${status}`, async () => {
        const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        return execution.status === status;
      });
      const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn }));
      const count = (type: string) => events.filter((event) => event.type === type).length;
      expect([count("ActivityStarted"), count("ActivitySucceeded") + count("ActivityFailed")]).toEqual([
        1, 1,
      ]);
    }
    const stateMachineArn =
      before[0]?.executionArn?.replace(":execution:", ":stateMachine:").replace(/:[^:]*$/, "") ?? "";
    const { executions } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    expect(executions).toHaveLength(3);
  });

  it("its state machines call what COUNTERSIGN_FUNCTIONS maps", async () => {
    const endpoint = {
      AWS_ENDPOINT_URL_SFN: `http://127.0.0.1:${environment["COUNTERSIGN_STEP_FUNCTIONS_PORT"]}`,
    };
    await run(["sfn", "create", "-f", projectFile("local/samples/chain.asl.json")], endpoint);
    const input = JSON.stringify({ customer: "Ada", items: [{ article: "mug", count: 4 }] });
    const told = await run(["sfn", "start", "--machine", "chain", "--wait", "--input", input], endpoint);
    expect(told).toContain("SUCCEEDED");
  });
});

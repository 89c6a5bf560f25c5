import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { harness, until } from "./harness.ts";

const root = await mkdtemp(join(tmpdir(), "countersign-joined-"));
afterAll(() => rm(root, { recursive: true, force: true }));

const start = "arn:aws:states:::states:startExecution";
const child = {
  StartAt: "W",
  States: { W: { Type: "Wait", Seconds: 60, Next: "P" }, P: { Type: "Pass", Result: 1, End: true } },
};
const parent = (pattern: string, StateMachineArn: string, Input: object = {}) => ({
  StartAt: "T",
  States: {
    T: {
      Type: "Task",
      Resource: `${start}.${pattern}`,
      Parameters: { StateMachineArn, Name: "one", Input },
      End: true,
    },
  },
});

describe("startExecution.sync onto an execution that runs already", () => {
  it.each(["sync", "sync:2"])("waits for its end, as whoever has started it does: %s", async (pattern) => {
    const journalFolder = await mkdtemp(join(root, "journal-"));
    await using before = await harness({ journalFolder });
    const machine = await before.machine(child, "child");
    const waiting = await before.machine(parent(pattern, machine));
    const parents = [await before.start(waiting, {}, "a"), await before.start(waiting, {}, "b")];
    const submitted = async () => {
      for (const arn of parents)
        if ((await before.history(arn)).at(-1)?.type !== "TaskSubmitted") return false;
      return true;
    };
    while (!(await submitted()));
    await before.endpoint.close();

    await using after = await harness({ journalFolder, startMs: before.clock.now() });
    await after.clock.advance(60_000);
    for (const arn of parents) {
      const { status, output } = await after.describe(arn);
      expect(status).toBe("SUCCEEDED");
      expect(JSON.parse(output ?? "")).toMatchObject({ Name: "one", Status: "SUCCEEDED" });
    }
    const third = await after.start(waiting, {}, "c");
    let error: string | undefined;
    for (; error === undefined; { error } = await after.describe(third));
    expect(error).toBe("StepFunctions.ExecutionAlreadyExistsException");
  });

  it("goes on at once without .sync, and fails with other input", async () => {
    await using sfn = await harness();
    const machine = await sfn.machine(child, "child");
    await sfn.start(machine, {}, "one");
    const ends = [parent("sync", machine, { other: 1 }), parent("sync", machine)];
    ends[1] = JSON.parse(JSON.stringify(ends[1]).replace(".sync", "")) as (typeof ends)[1];
    const [other, same] = [
      await sfn.machine(ends[0] ?? {}, "other"),
      await sfn.machine(ends[1] ?? {}, "same"),
    ];
    const arns = [await sfn.start(other), await sfn.start(same)];
    const statuses = async () => Promise.all(arns.map(async (arn) => (await sfn.describe(arn)).status));
    while ((await statuses()).includes("RUNNING"));
    expect(await statuses()).toEqual(["FAILED", "SUCCEEDED"]);
  });
});

describe("an endpoint that is started in another region with the same folder", () => {
  it("starts executions where their machine stands", async () => {
    const journalFolder = await mkdtemp(join(root, "journal-"));
    await using before = await harness({ journalFolder, region: "eu-west-1", accountId: "000000000001" });
    const machine = await before.machine(child, "child");
    await before.endpoint.close();
    await using after = await harness({ journalFolder, region: "us-east-1" });
    const execution = await after.start(machine, {}, "one");
    expect(execution).toBe("arn:aws:states:eu-west-1:000000000001:execution:child:one");
    expect((await after.describe(execution)).status).toBe("RUNNING");
    await until(() => after.clock.pending > 0);
  });
});

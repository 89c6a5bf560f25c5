import { describe, expect, it } from "vitest";
import { approval, harness, type Harness } from "./harness.ts";

/** A poll of the worker `dropped` whose connection ends while it waits. */
async function dropPoll(sfn: Harness, arn: string): Promise<void> {
  const impatient = new AbortController();
  const dropped = sfn.poll(arn, "dropped", impatient.signal).catch((error: Error) => error.name);
  await sfn.untilPolling(arn);
  impatient.abort();
  expect(await dropped).toBe("AbortError");
  await sfn.untilPolling(arn, 0);
}

describe("an endpoint", () => {
  it("gives a task to a poll whose connection has dropped, as AWS does for up to 60 s, and the token is lost", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const machine = await sfn.machine(approval(arn));
    await dropPoll(sfn, arn);
    const next = sfn.poll(arn);
    await sfn.untilPolling(arn);
    const lost = await sfn.start(machine, 1);
    const { type, activityStartedEventDetails } = (await sfn.history(lost)).at(-1) ?? {};
    expect([type, activityStartedEventDetails]).toEqual(["ActivityStarted", { workerName: "dropped" }]);
    await sfn.start(machine, 2);
    expect((await next).input).toBe("2");
  });

  it("forgets a poll whose connection has dropped after its 60 s", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const machine = await sfn.machine(approval(arn));
    await dropPoll(sfn, arn);
    await sfn.clock.advance(60_000);
    expect(sfn.clock.pending).toBe(0);
    await sfn.start(machine);
    expect((await sfn.take(arn)).taskToken).toBeTypeOf("string");
  });
});

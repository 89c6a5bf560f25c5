import { SendTaskHeartbeatCommand } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";
import { approval, harness } from "./harness.ts";

const tokenSecret = Buffer.from("a secret that outlives the process");

test("a token from before a restart is told as closed under the same secret, and as foreign under another", async () => {
  await using before = await harness({ tokenSecret });
  const arn = await before.activity();
  await before.start(await before.machine(approval(arn)));
  const { taskToken } = await before.take(arn);
  await using after = await harness({ tokenSecret });
  await using other = await harness();
  const beat = new SendTaskHeartbeatCommand({ taskToken });
  await expect(after.client.send(beat)).rejects.toMatchObject({ name: "TaskTimedOut" });
  await expect(other.client.send(beat)).rejects.toMatchObject({ name: "InvalidToken" });
});

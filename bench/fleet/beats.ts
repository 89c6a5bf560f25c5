import { SendTaskHeartbeatCommand } from "@aws-sdk/client-sfn";
import { beatsPerBatch, sendBeats } from "../../src/application/send-beats.ts";
import { median } from "../support/report.ts";
import { atLeast, perSecond } from "./ratio.ts";
import type { Surroundings } from "./surroundings.ts";

const calls = 4_000;
const rounds = 3;
/** As a batch of beats has, and as many batches as a worker takes at once. */
const loops = 64;

const calm = { stretch: 1, atRisk: 0 };

/** Heartbeats that are claimed, their tokens read and decrypted, sent and noted, against the bare SDK's SendTaskHeartbeat. */
export async function beats({ stub, composed }: Surroundings): Promise<boolean> {
  const { deps, database } = composed;
  const rows = await database.client.$queryRaw<{ id: string }[]>`
    select approval_id as id from heartbeat limit ${calls}`;
  const ids = rows.map(({ id }) => id);
  const client = stub.rawClient();
  const taskToken = "t".repeat(512);
  const bare: number[] = [];
  const ours: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    bare.push(
      await perSecond(ids.length, loops, () => client.send(new SendTaskHeartbeatCommand({ taskToken }))),
    );
    await database.client.$executeRaw`
      update heartbeat set next_beat_at = now() + case when approval_id = any(${ids}::uuid[])
        then interval '-1 second' else interval '1 hour' end`;
    const rate = await perSecond(ids.length / beatsPerBatch, 4, () => sendBeats(deps, calm));
    ours.push(rate * beatsPerBatch);
    const left = await deps.heartbeats.countClaimable(new Date(), ids.length);
    if (left > 0) throw new Error(`${left} heartbeats were not sent`);
  }
  client.destroy();
  return atLeast("heartbeats", median(ours.slice(1)), median(bare.slice(1)), 0.9);
}

import { countersignItself } from "../domain/actor.ts";
import { nextBeatAt } from "../domain/heartbeat.ts";
import type { Subject } from "../domain/approval.ts";
import type { TaskToken } from "../domain/task-token.ts";
import type { Deps } from "./deps.ts";
import { openUnderPolicy, type OpenDeps } from "./open-under-policy.ts";
import { subjectFromInput } from "./subject-from-input.ts";

export interface TakenTask {
  token: TaskToken;
  input: string;
  activityArn: string;
  workerName: string;
  /** When the poll returned: Step Functions' clocks for this task run from here. */
  takenAt: Date;
}

export type ReceiveDeps = OpenDeps & Pick<Deps, "approvals" | "bell" | "clock" | "entropy" | "log" | "meter">;

/**
 * Makes a task an approval: first its row with the token, then the bell. Throws StoreUnavailable; the same task may be given
 * again, a token has one row. `read` finds out what is asked. Returns the approval's id.
 */
export async function receiveTask(
  deps: ReceiveDeps,
  task: TakenTask,
  read: (activityArn: string, input: string) => Subject = subjectFromInput,
): Promise<string> {
  const id = deps.entropy.uuid();
  const subject = read(task.activityArn, task.input);
  const facts = {
    receivedAt: task.takenAt,
    timeoutSeconds: subject.timeoutSeconds,
    heartbeatSeconds: subject.heartbeatSeconds,
    identified: false,
  };
  const opened = openUnderPolicy(deps, subject, task.takenAt);
  const added = await deps.approvals.add(
    {
      id,
      token: task.token,
      workerName: task.workerName,
      subject,
      ...opened,
      receivedAt: task.takenAt,
      nextBeatAt: nextBeatAt(facts, task.takenAt, deps.entropy.fraction()),
    },
    [
      {
        type: "approval.received",
        at: deps.clock.now(),
        approvalId: id,
        actor: countersignItself,
        detail: {
          activityArn: task.activityArn,
          executionArn: subject.executionArn,
          commit: subject.commit,
          policyDigest: opened.policy.digest,
        },
      },
    ],
  );
  deps.meter.tokensStored(1, deps.clock.now().getTime() - task.takenAt.getTime());
  if (added === "known") {
    deps.log.warn(
      { workerName: task.workerName },
      "this task token already has an approval; nothing was added",
    );
    return id;
  }
  deps.log.info(
    {
      approvalId: id,
      activityArn: task.activityArn,
      executionArn: subject.executionArn,
      commit: subject.commit,
    },
    "approval received",
  );
  // Nobody waits for the bell: the row is there, and where the queue hangs the sweep finds it.
  void deps.bell.ring("identify", [{ key: `identify-${id}-0`, ids: [id] }]);
  return id;
}

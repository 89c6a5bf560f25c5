import { GetActivityTaskCommand, SendTaskFailureCommand, type SFNClient } from "@aws-sdk/client-sfn";
import type { TaskSource } from "../../application/ports/step-functions.ts";
import { TaskToken } from "../../domain/task-token.ts";
import { errorName, isClosed, pollFailed, unavailable } from "./errors.ts";

/** `pollClients` gives the client of each activity: its own sockets, as many as it may have pollers. */
export function createTaskSource(
  pollClients: ReadonlyMap<string, SFNClient>,
  answers: SFNClient,
): TaskSource {
  return {
    async take(activityArn, workerName) {
      const client = pollClients.get(activityArn);
      if (client === undefined) throw new Error(`no poll client for ${activityArn}`);
      try {
        const { taskToken, input } = await client.send(
          new GetActivityTaskCommand({ activityArn, workerName }),
        );
        return taskToken ? { token: new TaskToken(taskToken), input: input ?? "null" } : null;
      } catch (error) {
        throw pollFailed(error);
      }
    },
    async giveBack(token, error, cause) {
      try {
        await answers.send(new SendTaskFailureCommand({ taskToken: token.reveal(), error, cause }));
        return "given_back";
      } catch (failure) {
        if (isClosed(failure)) return "given_back";
        if (errorName(failure) === "InvalidToken") return "unknown";
        throw unavailable(failure);
      }
    },
  };
}

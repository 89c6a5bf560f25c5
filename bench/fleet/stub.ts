import { fork } from "node:child_process";
import { once } from "node:events";
import { SFNClient } from "@aws-sdk/client-sfn";
import { projectFile } from "../../src/project-file.ts";

export interface Stub extends AsyncDisposable {
  url: string;
  set(what: { tasks?: number; delayMs?: number }): Promise<void>;
  /** The SDK as it comes, with one attempt per call. */
  rawClient(): SFNClient;
}

export const credentials = { accessKeyId: "bench", secretAccessKey: "bench" };
export const region = "us-east-1";

export async function startStub(): Promise<Stub> {
  const child = fork(projectFile("bench/fleet/stub-process.ts"), { execArgv: ["--import", "tsx"] });
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    async set(what) {
      const ready = once(child, "message");
      child.send(what);
      await ready;
    },
    rawClient: () => new SFNClient({ endpoint: url, region, credentials, maxAttempts: 1 }),
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    },
  };
}

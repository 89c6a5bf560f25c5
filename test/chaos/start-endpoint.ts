import { fork } from "node:child_process";
import { once } from "node:events";
import { projectFile } from "../../src/project-file.ts";
import type { EndpointReport, FromEndpoint, Rates, ToEndpoint } from "./endpoint-messages.ts";

export interface FaultyEndpoint {
  url: string;
  region: string;
  /** Null: nothing goes wrong. */
  setRates(rates: Rates | null): void;
  /** Answers all open polls with nothing, so that pollers may stop at once. */
  releasePolls(): void;
  report(): Promise<EndpointReport>;
  stop(): Promise<void>;
}

export async function startEndpoint(seed: number): Promise<FaultyEndpoint> {
  const child = fork(projectFile("test/chaos/endpoint-process.ts"), [String(seed)], {
    execArgv: ["--import", "tsx", "--no-warnings"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const tell = (message: ToEndpoint) => void child.send(message);
  const next = async () => ((await once(child, "message")) as [FromEndpoint])[0];
  const ready = await next();
  if (ready.kind !== "ready") throw new Error("the endpoint said something else before it was ready");
  return {
    url: ready.url,
    region: ready.region,
    setRates: (rates) => tell({ kind: "rates", rates }),
    releasePolls: () => tell({ kind: "release" }),
    async report() {
      const answer = next();
      tell({ kind: "report" });
      const message = await answer;
      if (message.kind !== "report") throw new Error("the endpoint did not report");
      return message.report;
    },
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

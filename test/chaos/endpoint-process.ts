// The local Step Functions endpoint in a process of its own, which goes wrong as it is told. Started by start-endpoint.ts.
import { createHash } from "node:crypto";
import { seededRandom } from "../../local/step-functions/asl/seeded-random.ts";
import type { Fault, FaultyCall } from "../../local/step-functions/faults.ts";
import { startStepFunctions } from "../../local/step-functions/server.ts";
import type { EndpointReport, FromEndpoint, Rates, ToEndpoint } from "./endpoint-messages.ts";

/** Whoever sets up and looks at the end is spared. */
const spared = "chaos";

const random = seededRandom(Number(process.argv[2]));
let rates: Rates | null = null;
const report: EndpointReport = { polls: [], beats: [], calls: 0, faults: {} };

function faultFor(): Fault | undefined {
  if (rates === null) return undefined;
  let chance = random();
  for (const kind of ["dropReply", "dropRequest", "throttle", "error"] as const)
    if ((chance -= rates[kind]) < 0) return { kind };
  return undefined;
}

function faults({ operation, params, caller }: FaultyCall): Fault | undefined {
  if (caller === spared || caller === null) return undefined;
  report.calls += 1;
  const fault = faultFor();
  if (fault !== undefined) report.faults[fault.kind] = (report.faults[fault.kind] ?? 0) + 1;
  const { workerName, taskToken } = params as { workerName?: string; taskToken?: string };
  if (operation === "GetActivityTask" && workerName !== undefined)
    report.polls.push({ workerName, caller, replyDropped: fault?.kind === "dropReply" });
  if (operation === "SendTaskHeartbeat" && taskToken !== undefined)
    report.beats.push({
      hash: createHash("sha256").update(taskToken).digest("hex"),
      at: Date.now(),
      // A heartbeat whose reply is lost has counted.
      faulted: fault !== undefined && fault.kind !== "dropReply",
    });
  return fault;
}

const endpoint = await startStepFunctions({ faults });
const tell = (message: FromEndpoint) => process.send?.(message);

process.on("message", (message: ToEndpoint) => {
  if (message.kind === "rates") rates = message.rates;
  if (message.kind === "release") endpoint.releasePolls();
  if (message.kind === "report") tell({ kind: "report", report });
});
process.on("disconnect", () => process.exit(0));
tell({ kind: "ready", url: endpoint.url, region: endpoint.region });

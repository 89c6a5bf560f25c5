import type { Clock } from "../clock.ts";
import { AwsError } from "../engine/aws-error.ts";

/** Quotas differ by region: `large` is us-east-1, us-west-2 and eu-west-1, `other` all the others. */
export type Throttling = "large" | "other";

/** Calls that may come at once, and calls per second that may follow. */
type Quota = readonly [bucket: number, refill: number];

/**
 * Per account and region: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html. Two entries: large
 * regions, others.
 */
const quotas: Readonly<Record<string, readonly [Quota, Quota]>> = {
  GetActivityTask: [
    [3_000, 500],
    [1_500, 300],
  ],
  SendTaskSuccess: [
    [3_000, 500],
    [1_500, 300],
  ],
  SendTaskFailure: [
    [3_000, 500],
    [1_500, 300],
  ],
  SendTaskHeartbeat: [
    [3_000, 500],
    [1_500, 300],
  ],
  StartExecution: [
    [1_300, 300],
    [800, 150],
  ],
  RedriveExecution: [
    [1_300, 300],
    [800, 150],
  ],
  StopExecution: [
    [1_000, 200],
    [500, 25],
  ],
  DescribeExecution: [
    [300, 15],
    [250, 10],
  ],
  GetExecutionHistory: [
    [400, 20],
    [400, 20],
  ],
  ListExecutions: [
    [200, 5],
    [100, 2],
  ],
  DescribeStateMachine: [
    [200, 20],
    [200, 20],
  ],
  DescribeStateMachineForExecution: [
    [200, 1],
    [200, 1],
  ],
  DescribeStateMachineAlias: [
    [200, 1],
    [200, 1],
  ],
  DescribeActivity: [
    [200, 1],
    [200, 1],
  ],
  ListActivities: [
    [100, 10],
    [100, 5],
  ],
  ListStateMachines: [
    [100, 5],
    [100, 5],
  ],
  TagResource: [
    [200, 1],
    [200, 1],
  ],
  UntagResource: [
    [200, 1],
    [200, 1],
  ],
  DeleteActivity: [
    [50, 1],
    [50, 1],
  ],
  DeleteStateMachine: [
    [50, 1],
    [50, 1],
  ],
  DeleteStateMachineAlias: [
    [50, 1],
    [50, 1],
  ],
  DeleteStateMachineVersion: [
    [50, 1],
    [50, 1],
  ],
};
/** What is not listed is called rarely: CreateActivity, CreateStateMachine, UpdateStateMachine and the like. */
const seldom: Quota = [100, 1];

interface Bucket {
  left: number;
  filledAt: number;
}

/** Lets calls pass at AWS's rates; throws ThrottlingException beyond them. Without a kind of region, all pass. */
export function throttle(clock: Clock, kind: Throttling | undefined): (operation: string) => void {
  if (kind === undefined) return () => undefined;
  const buckets = new Map<string, Bucket>();
  return (operation) => {
    const [size, refill] = quotas[operation]?.[kind === "large" ? 0 : 1] ?? seldom;
    const now = clock.now();
    const bucket = buckets.get(operation) ?? { left: size, filledAt: now };
    buckets.set(operation, bucket);
    bucket.left = Math.min(size, bucket.left + ((now - bucket.filledAt) / 1000) * refill);
    bucket.filledAt = now;
    if (bucket.left < 1) throw new AwsError("ThrottlingException", "Rate exceeded");
    bucket.left -= 1;
  };
}

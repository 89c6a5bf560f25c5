/** How much of everything; the same code runs the long and the short form. */
export interface Plan {
  seed: number;
  approvals: number;
  workers: number;
  /** Executions are started evenly over this time. */
  startOverMs: number;
  /** A decider looks at an approval up to this long after it came. */
  decideWithinMs: number;
  /** Processes die and servers restart for this long; faults of the endpoint last as long. */
  disturbForMs: number;
  /** Between two disturbances, at random. */
  disturbEveryMs: readonly [number, number];
  /** How long a worker stands still that is frozen. */
  freezeMs: number;
  heartbeatSeconds: number;
  /** False: executions whose token was lost are not waited for. */
  lostTokensComeBack: boolean;
  /** The task's input names its execution, as docs/task-input.md advises: looking for it costs calls that thousands have not. */
  inputNamesExecution: boolean;
  /** Null: what a dead worker left in the queue is not waited for. */
  queueEmptyWithinMs: number | null;
  /** All of it: what has not come to rest by then is shown as stuck. */
  limitMs: number;
  /** Of that, for stopping and for reading every history. */
  judgeMs: number;
}

/** `npm run chaos`: within five minutes, with everything that waits for a heartbeat to run out. */
export const longPlan = (seed: number): Plan => ({
  seed,
  approvals: 2_000,
  workers: 3,
  startOverMs: 90_000,
  decideWithinMs: 40_000,
  disturbForMs: 130_000,
  disturbEveryMs: [2_000, 6_000],
  freezeMs: 8_000,
  heartbeatSeconds: 30,
  lostTokensComeBack: true,
  inputNamesExecution: true,
  queueEmptyWithinMs: 30_000,
  limitMs: 290_000,
  judgeMs: 50_000,
});

/** For each test run: some seconds, a few approvals, each kind of disturbance once. */
export const shortPlan = (seed: number): Plan => ({
  seed,
  approvals: 60,
  workers: 2,
  startOverMs: 5_000,
  decideWithinMs: 3_000,
  disturbForMs: 11_000,
  disturbEveryMs: [1_000, 1_500],
  freezeMs: 2_000,
  heartbeatSeconds: 15,
  lostTokensComeBack: false,
  inputNamesExecution: false,
  queueEmptyWithinMs: null,
  limitMs: 150_000,
  judgeMs: 30_000,
});

export type QueueName = "beats" | "answers" | "identify" | "starts" | "policies" | "supersede";

/** Rings workers. It carries ids only; a ring that is lost is made up by the next sweep, one that comes twice does no harm. */
export interface Bell {
  /** `key` makes equal rings one while the first still waits. Never throws: a broken bell is logged, and false. */
  ring(queue: QueueName, jobs: readonly { key: string; ids: readonly string[] }[]): Promise<boolean>;
}

export interface RunningWorker {
  /** Takes no new job and waits for those under way. */
  close(): Promise<void>;
}

/** The bell with its other end: whoever works when it rings. */
export interface JobQueue extends Bell {
  /** A handler that throws is logged; its ring is over, and the next sweep rings again if something is still due. */
  work(
    queue: QueueName,
    concurrency: number,
    handler: (ids: readonly string[]) => Promise<void>,
  ): RunningWorker;
  /** Whether a ring would get through right now. */
  isWritable(): Promise<boolean>;
  /** Jobs that wait or are being worked on. */
  depth(): Promise<number>;
  close(): Promise<void>;
}

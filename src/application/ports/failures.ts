/** Counts failures to prove who one is, over all servers together. */
export interface FailureCounts {
  /** Adds one to what `key` has failed within the window that its first failure opened. */
  add(key: string, windowMs: number): Promise<{ count: number; resetsInMs: number }>;
  /** Takes one back: it was none. */
  takeBack(key: string): Promise<void>;
}

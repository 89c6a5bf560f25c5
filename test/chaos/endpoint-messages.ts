/** Chances of each fault, for each call. */
export type Rates = Readonly<Record<"dropReply" | "dropRequest" | "throttle" | "error", number>>;

export type ToEndpoint = { kind: "rates"; rates: Rates | null } | { kind: "release" } | { kind: "report" };

export interface EndpointReport {
  polls: { workerName: string; caller: string; replyDropped: boolean }[];
  beats: { hash: string; at: number; faulted: boolean }[];
  calls: number;
  faults: Record<string, number>;
}

export type FromEndpoint =
  { kind: "ready"; url: string; region: string } | { kind: "report"; report: EndpointReport };

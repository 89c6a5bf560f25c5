/** A call of the API, as a fault sees it: before it is validated. */
export interface FaultyCall {
  readonly operation: string;
  readonly params: unknown;
  /** The access key id that the call is signed with; null: it is not signed. */
  readonly caller: string | null;
}

/** What can go wrong on the way; for tests of whoever uses the endpoint. */
export type Fault =
  /** The connection drops before anything is done. */
  | { readonly kind: "dropRequest" }
  /** The work is done and the reply is lost: for a poll, the token is gone. */
  | { readonly kind: "dropReply" }
  /** The work begins after `ms` on the endpoint's clock. */
  | { readonly kind: "delay"; readonly ms: number }
  /** Nothing is done; an error is answered. Without more, it is a 500 InternalServerError. */
  | { readonly kind: "error"; readonly status?: number; readonly code?: string; readonly message?: string }
  /** Nothing is done; ThrottlingException, as beyond AWS's quota. */
  | { readonly kind: "throttle" };

/** Decides what goes wrong with a call; undefined lets it pass. */
export type Faults = (call: FaultyCall) => Fault | undefined;

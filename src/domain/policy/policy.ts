import type { Freeze, Window } from "./calendar.ts";

/** In which part somebody had a hand in what is to be approved. */
export const involvements = ["requester", "author", "committer", "coAuthors", "pusher"] as const;
export type Involvement = (typeof involvements)[number];

/** Who was involved in what is to be approved: e-mail addresses and logins, in lower case. */
export type Involved = Readonly<Record<Involvement, readonly string[]>>;

export const nobodyInvolved: Involved = {
  requester: [],
  author: [],
  committer: [],
  coAuthors: [],
  pusher: [],
};

/** Which approvals a policy is for. Null: any; else one of the patterns (`*` for any run of characters) has to match. */
export interface PolicyMatch {
  activity: readonly string[] | null;
  stateMachine: readonly string[] | null;
  repository: readonly string[] | null;
  branch: readonly string[] | null;
  tag: readonly string[] | null;
}

export interface GroupRule {
  team: string;
  required: number;
}

/** From this share of the time until the deadline on, members of the team may stand in for any group of the same policy. */
export interface Escalation {
  atPercent: number;
  team: string;
}

/** What one policy of countersign.yaml (or the task's input) demands, under its name. */
export interface PolicyPart {
  name: string;
  match: PolicyMatch;
  /** Different people or bots who have to approve. */
  required: number;
  /** All of them; one person fills one seat, whatever teams they are in. */
  groups: readonly GroupRule[];
  exclude: Readonly<Record<Involvement, boolean>>;
  /** Rejections that reject; null: this policy says nothing about it. */
  rejectRequired: number | null;
  votesMayChange: boolean;
  comment: "never" | "reject" | "always";
  bots: "count" | "veto" | "ignore";
  /** Approvals complete in one of these; none: at any time. */
  windows: readonly Window[];
  freezes: readonly Freeze[];
  /** Approvals are taken before a window opens, and complete when it does. */
  approveAhead: boolean;
  /** Shortly before the deadline Countersign rejects with this reason; null: it lets the task time out. */
  timeoutReason: string | null;
  escalations: readonly Escalation[];
  /** JSON Schema (as JSON text) of what is to be filled in with an approval. */
  form: string | null;
  breakGlass: boolean;
}

/**
 * The rules under which an approval was opened: all parts hold at once. Candidates are those whose match depends on what only the
 * execution's history can prove; while there are any, nothing is decided.
 */
export interface Policy {
  parts: readonly PolicyPart[];
  candidates: readonly PolicyPart[];
  /** Nothing is decided before history has proven the execution: which rules hold, or who was involved, may depend on it. */
  needsProof: boolean;
  /** What the task's input leaves open, or what of it could not be understood, for a person. */
  notes: readonly string[];
  /** Of a merge whose push has not come: who made the commits is not known, so nobody is excluded for it yet. */
  lacksAuthors?: true;
}

export const matchesAll: PolicyMatch = {
  activity: null,
  stateMachine: null,
  repository: null,
  branch: null,
  tag: null,
};

/** What holds where no policy matches: one reviewer, or bot with the scope decide, decides; nobody approves a change of their own. */
export const builtInPart: PolicyPart = {
  name: "built-in",
  match: matchesAll,
  required: 1,
  groups: [],
  exclude: { requester: true, author: true, committer: true, coAuthors: true, pusher: true },
  rejectRequired: 1,
  votesMayChange: true,
  comment: "never",
  bots: "count",
  windows: [],
  freezes: [],
  approveAhead: false,
  timeoutReason: null,
  escalations: [],
  form: null,
  breakGlass: false,
};

/** The name of what a task's input asks for by itself. No policy of the file may bear it, nor that of the built-in one. */
export const askedName = "task input";

/** A part that demands nothing: what a task's input asks for is added to it. */
export const neutralPart: PolicyPart = {
  ...builtInPart,
  name: askedName,
  exclude: { requester: false, author: false, committer: false, coAuthors: false, pusher: false },
  rejectRequired: null,
  breakGlass: true,
};

export const builtInPolicy: Policy = { parts: [builtInPart], candidates: [], needsProof: false, notes: [] };

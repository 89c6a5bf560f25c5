import { z } from "zod";

/** The members of GitHub's webhooks that we use. GitHub adds members all the time, so others are let through. */

const repositoryShape = z.object({ full_name: z.string().min(3).max(255), html_url: z.string().max(2048) });

const gitPersonShape = z.object({
  name: z.string().nullish(),
  email: z.string().nullish(),
  username: z.string().nullish(),
});

/** Of a commit, who made it: all of a push's commits count, not only the last one. */
const commitPeopleShape = z.object({
  message: z.string(),
  author: gitPersonShape,
  committer: gitPersonShape.nullish(),
});

/** Forty hex digits, or sixty-four in a SHA-256 repository. */
const commitHash = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, { error: "is not a commit hash" });

/** Whole seconds since 1970 in a push; GitHub writes it as ISO 8601 elsewhere. */
const pushedAt = z.union([z.int().nonnegative(), z.iso.datetime({ offset: true })]).nullish();

export const githubPushShape = z.object({
  ref: z.string().min(1).max(1024),
  before: commitHash.nullish(),
  after: commitHash,
  deleted: z.boolean().default(false),
  repository: repositoryShape.extend({ pushed_at: pushedAt }),
  compare: z.string().max(4096).optional(),
  pusher: z.object({ name: z.string(), email: z.string().nullish() }),
  sender: z.object({ login: z.string() }).nullish(),
  commits: z.array(commitPeopleShape).default([]),
  head_commit: z
    .object({
      id: commitHash,
      message: z.string(),
      url: z.string(),
      author: gitPersonShape.extend({ name: z.string() }),
      committer: gitPersonShape.nullish(),
    })
    .nullable(),
});

export const githubPullRequestShape = z.object({
  action: z.string(),
  repository: repositoryShape,
  pull_request: z.object({
    number: z.number().int(),
    title: z.string(),
    html_url: z.string().max(2048),
    merged: z.boolean().nullish(),
    merged_at: z.iso.datetime({ offset: true }).nullish(),
    merge_commit_sha: commitHash.nullable(),
    base: z.object({ ref: z.string().min(1).max(1024) }),
    user: z.object({ login: z.string() }).nullable(),
    merged_by: z.object({ login: z.string() }).nullish(),
  }),
});

const name = z.string().min(1).max(1024);

/** Commit statuses: https://docs.github.com/webhooks/webhook-events-and-payloads#status */
export const githubStatusShape = z.object({
  id: z.number().int(),
  sha: commitHash,
  state: z.enum(["error", "failure", "pending", "success"]),
  context: name,
  description: z.string().nullable(),
  target_url: z.string().nullable(),
  updated_at: z.iso.datetime({ offset: true }),
  repository: repositoryShape,
});

export const githubCheckSuiteShape = z.object({
  check_suite: z.object({
    id: z.number().int(),
    head_sha: commitHash,
    /** Null until it is completed. */
    conclusion: z.string().max(100).nullable(),
    updated_at: z.iso.datetime({ offset: true }),
    app: z.object({ name }),
  }),
  repository: repositoryShape,
});

export type GithubPush = z.infer<typeof githubPushShape>;
export type GithubPullRequest = z.infer<typeof githubPullRequestShape>;

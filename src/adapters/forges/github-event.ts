import type { z } from "zod";
import {
  githubCheckSuiteShape,
  githubPullRequestShape,
  githubPushShape,
  githubStatusShape,
  type GithubPullRequest,
  type GithubPush,
} from "../../contract/github-webhook.ts";
import { checkFromStatus, checkFromSuite } from "./github-check.ts";
import { DeliveryInvalid, type ForgeDelivery } from "../../application/ports/intake.ts";
import type { CheckEvent } from "../../domain/check.ts";
import { coAuthorsOf, namesOfPerson, uniteInvolved } from "../../domain/policy/involved.ts";
import type { Involved } from "../../domain/policy/policy.ts";
import type { PushEvent } from "../../domain/trigger.ts";

type ReadEvent = Pick<ForgeDelivery, "event" | "check" | "ignoredBecause">;

/** What GitHub sent, in our words. Throws DeliveryInvalid when a push or pull request is not what GitHub documents. */
export function readGithubEvent(eventName: string, body: Uint8Array): ReadEvent {
  switch (eventName) {
    case "push":
      return readPush(parseBody(githubPushShape, body));
    case "pull_request":
      return readPullRequest(parseBody(githubPullRequestShape, body));
    case "status":
      return checked(checkFromStatus(parseBody(githubStatusShape, body)));
    case "check_suite":
      return checked(checkFromSuite(parseBody(githubCheckSuiteShape, body)));
    default:
      return ignored(`the event ${eventName} starts nothing`);
  }
}

function readPush({
  ref,
  before,
  after,
  deleted,
  repository,
  compare,
  pusher,
  sender,
  commits,
  head_commit: head,
}: GithubPush): ReadEvent {
  const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
  if (branch === undefined) return ignored(`${ref} is not a branch`);
  if (deleted || head === null) return ignored(`${branch} was deleted`);
  const links = [{ title: `Commit ${after.slice(0, 7)}`, url: head.url }];
  if (compare !== undefined && compare !== "") links.push({ title: "Changes", url: compare });
  const author = head.author.username ?? head.author.name;
  const title = firstLine(head.message) || `Push to ${branch}`;
  return found({
    forge: "github",
    kind: "push",
    repository: repository.full_name,
    branch,
    ref,
    commit: after,
    before: before === undefined || before === null || /^0+$/.test(before) ? null : before,
    happenedAt: instantOf(repository.pushed_at),
    title,
    author: author || pusher.name,
    involved: uniteInvolved(involvedIn([head, ...commits]), {
      pusher: [...namesOfPerson({ email: pusher.email, login: pusher.name }), sender?.login ?? ""],
    }),
    links,
  });
}

function readPullRequest({ action, repository, pull_request: pull }: GithubPullRequest): ReadEvent {
  if (action !== "closed" || pull.merged !== true)
    return ignored(`pull request ${pull.number} was ${action}, not merged`);
  if (pull.merge_commit_sha === null) return ignored(`pull request ${pull.number} has no merge commit`);
  const commit = pull.merge_commit_sha;
  const links = [
    { title: `Pull request #${pull.number}`, url: pull.html_url },
    { title: `Commit ${commit.slice(0, 7)}`, url: `${repository.html_url}/commit/${commit}` },
  ];
  const branch = pull.base.ref;
  const author = pull.user?.login ?? "ghost";
  return found({
    forge: "github",
    kind: "merge",
    repository: repository.full_name,
    branch,
    ref: `refs/heads/${branch}`,
    commit,
    // The base that the pull request tells is the one that it was made for, not the one that it met.
    before: null,
    happenedAt: instantOf(pull.merged_at),
    title: pull.title,
    author,
    involved: uniteInvolved({
      author: namesOfPerson({ login: pull.user?.login }),
      pusher: namesOfPerson({ login: pull.merged_by?.login }),
    }),
    links,
  });
}

/** Authors, committers and co-authors of all these commits. */
function involvedIn(commits: readonly CommitPeople[]): Partial<Involved> {
  return {
    author: commits.flatMap(({ author }) => namesIn(author)),
    committer: commits.flatMap(({ committer }) => namesIn(committer)),
    coAuthors: commits.flatMap(({ message }) => coAuthorsOf(message)),
  };
}

type CommitPeople = Pick<GithubPush["commits"][number], "message" | "author" | "committer">;

function namesIn(person: CommitPeople["committer"]): string[] {
  return namesOfPerson({ email: person?.email, login: person?.username });
}

function parseBody<Shape extends z.ZodType>(shape: Shape, body: Uint8Array): z.output<Shape> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new DeliveryInvalid([
      {
        field: "",
        message: "the payload is not JSON in UTF-8: set the webhook's content type to application/json",
      },
    ]);
  }
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new DeliveryInvalid(
    parsed.error.issues.map(({ path, message }) => ({ field: path.map(String).join("."), message })),
  );
}

/** An execution takes 262,144 bytes of input; nobody reads a title of this length. */
const textMaxCharacters = 500;
const urlMaxCharacters = 2_048;

function found(event: PushEvent): ReadEvent {
  const links = event.links.filter(({ url }) => url.length <= urlMaxCharacters);
  return {
    event: { ...event, title: cut(event.title), author: cut(event.author), links },
    check: null,
    ignoredBecause: null,
  };
}

function cut(text: string): string {
  const characters = [...text.slice(0, 4 * textMaxCharacters)];
  return characters.length <= textMaxCharacters
    ? text
    : `${characters.slice(0, textMaxCharacters - 1).join("")}…`;
}

function ignored(ignoredBecause: string): ReadEvent {
  return { event: null, check: null, ignoredBecause };
}

function checked(check: CheckEvent): ReadEvent {
  return { event: null, check, ignoredBecause: null };
}

function instantOf(told: number | string | null | undefined): Date | null {
  if (told === null || told === undefined) return null;
  return new Date(typeof told === "number" ? told * 1000 : told);
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]?.trim() ?? "";
}

import type { z } from "zod";
import type { githubCheckSuiteShape, githubStatusShape } from "../../contract/github-webhook.ts";
import type { CheckEvent, CheckState } from "../../domain/check.ts";

type Status = z.infer<typeof githubStatusShape>;
type CheckSuite = z.infer<typeof githubCheckSuiteShape>;

/** Nobody reads more of it. */
const nameMaxCharacters = 255;
const descriptionMaxCharacters = 500;
const urlMaxCharacters = 2_048;

/** A commit status: several in one second are told apart by their ids, which grow. */
export function checkFromStatus(status: Status): CheckEvent {
  const { id, sha, state, context, description, target_url: url, updated_at: at, repository } = status;
  return {
    repository: repository.full_name,
    commit: sha,
    key: `status:${context}`.slice(0, nameMaxCharacters),
    name: context.slice(0, nameMaxCharacters),
    state: state === "error" ? "failure" : state,
    description: description?.slice(0, descriptionMaxCharacters) ?? null,
    url: webUrl(url),
    at: new Date(at),
    rank: id,
  };
}

/** What has come to an end comes after what began in the same second. */
export function checkFromSuite({ check_suite: suite, repository }: CheckSuite): CheckEvent {
  const { conclusion } = suite;
  return {
    repository: repository.full_name,
    commit: suite.head_sha,
    key: `suite:${suite.id}`,
    name: suite.app.name.slice(0, nameMaxCharacters),
    state: stateOf(conclusion),
    description: conclusion === null ? null : conclusion.replaceAll("_", " "),
    url: webUrl(`${repository.html_url}/commit/${suite.head_sha}/checks?check_suite_id=${suite.id}`),
    at: new Date(suite.updated_at),
    rank: conclusion === null ? 0 : 1,
  };
}

/** GitHub shows neutral and skipped as passed (GitHub docs, "About status checks"). */
function stateOf(conclusion: string | null): CheckState {
  if (conclusion === null) return "pending";
  return ["success", "neutral", "skipped"].includes(conclusion) ? "success" : "failure";
}

function webUrl(url: string | null): string | null {
  return url !== null && /^https?:\/\//i.test(url) && url.length <= urlMaxCharacters ? url : null;
}

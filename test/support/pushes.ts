import { until } from "./until.ts";
import { sendGithub } from "./github-webhook.ts";
import type { Product } from "./product.ts";

export interface PushOptions {
  /** Any digit: the commit is forty of them. */
  commit: string;
  /** The commit that the branch was at before, in the same way. */
  before?: string;
  branch?: string;
  repository?: string;
  /** When GitHub took the push, in seconds. */
  at: number | null;
  deliveryId?: string;
}

export function commitOf(digit: string): string {
  return digit.repeat(40);
}

/** Delivers a push; gives the ARNs of the executions that it has started. */
export async function deliverPush(product: Product, options: PushOptions): Promise<string[]> {
  const { commit, before = "0", branch = "main", repository = "acme/shop", at, deliveryId } = options;
  const url = `https://github.com/${repository}`;
  const payload = {
    ref: `refs/heads/${branch}`,
    before: commitOf(before),
    after: commitOf(commit),
    deleted: false,
    repository: { full_name: repository, html_url: url, ...(at === null ? {} : { pushed_at: at }) },
    pusher: { name: "mona" },
    head_commit: {
      id: commitOf(commit),
      message: `Change ${commit}`,
      url: `${url}/commit/${commitOf(commit)}`,
      author: { name: "Mona", username: "mona" },
    },
  };
  const reply = await sendGithub(product.app, payload, deliveryId === undefined ? {} : { deliveryId });
  if (reply.status !== 202) throw new Error(`${reply.status} ${reply.text}`);
  const { executions = [] } = reply.body as { executions?: { executionArn: string | null }[] };
  return executions.map(({ executionArn }) => executionArn ?? "");
}

/** The same, until its approval is there; gives the approval's id. */
export async function pushedApproval(product: Product, options: PushOptions): Promise<string> {
  const [executionArn = ""] = await deliverPush(product, options);
  return product.approvalOf(executionArn);
}

export async function untilStatus(product: Product, id: string, status: string) {
  await product.passUntil(async () => (await product.deps.approvals.find(id))?.status === status, 20_000);
  return until(`${id} is ${status}`, async () => {
    const approval = await product.deps.approvals.find(id);
    return approval?.status === status ? approval : null;
  });
}

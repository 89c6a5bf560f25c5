import { until } from "./until.ts";
import { sendGithub, type SendOptions } from "./github-webhook.ts";
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

/** Who made a commit, as GitHub tells it. */
interface Hand {
  name: string;
  email: string;
  username?: string;
}

/** Delivers Pat's push of one commit to the main branch of acme/shop by these people; gives the ARNs of the executions that it has started. */
export async function deliverCommit(
  product: Product,
  { message = "Fix", ...hands }: { message?: string; author: Hand; committer: Hand },
): Promise<string[]> {
  const id = "0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c";
  const head = { id, message, url: "https://example.com/c", ...hands };
  return sendPush(product, {
    ref: "refs/heads/main",
    after: id,
    repository: { full_name: "acme/shop", html_url: "https://github.com/acme/shop" },
    pusher: { name: "pat", email: "pat@example.com" },
    head_commit: head,
    commits: [head],
  });
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
  return sendPush(product, payload, deliveryId === undefined ? {} : { deliveryId });
}

async function sendPush(product: Product, payload: object, options: SendOptions = {}): Promise<string[]> {
  const reply = await sendGithub(product.app, payload, options);
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

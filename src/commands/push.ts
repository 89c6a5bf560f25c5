import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError, parseConfig } from "../config.ts";

export interface PushOptions {
  repository: string;
  branch: string;
  commit?: string;
  title: string;
}

/** Does what GitHub does after a push, signed with GITHUB_WEBHOOK_SECRET or the secret of the embedded default. */
export async function pushCommand(
  environment: Readonly<Record<string, string | undefined>>,
  options: PushOptions,
  print: (line: string) => void,
): Promise<void> {
  const config = parseConfig(environment, { embedded: true });
  const secret = environment["GITHUB_WEBHOOK_SECRET"] ?? (await embeddedSecret(config.dataFolder));
  const url = `${config.publicUrl ?? `http://${config.host}:${config.port}`}/webhooks/github`;
  const body = JSON.stringify(payload(options));
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-github-event": "push",
      "x-github-delivery": randomUUID(),
      "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
    },
    body,
  }).catch((error: unknown) => {
    throw new ConfigError(
      `${url} cannot be reached: is Countersign running? (${error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)})`,
    );
  });
  const text = await response.text();
  if (response.status !== 202) throw new ConfigError(`${url} says ${response.status}: ${text}`);
  print(text);
}

async function embeddedSecret(dataFolder: string): Promise<string> {
  const file = join(dataFolder, "webhook-secret");
  return (
    await readFile(file, "utf8").catch(() => {
      throw new ConfigError(
        `GITHUB_WEBHOOK_SECRET is missing, and there is no ${file}: start Countersign first, or set COUNTERSIGN_DATA to its folder.`,
      );
    })
  ).trim();
}

/** The members of GitHub's push event that stand for it here. */
function payload({ repository, branch, title, ...options }: PushOptions) {
  const commit = options.commit ?? randomBytes(20).toString("hex");
  const page = `https://github.com/${repository}`;
  return {
    ref: `refs/heads/${branch}`,
    before: "0".repeat(40),
    after: commit,
    deleted: false,
    compare: `${page}/commit/${commit}`,
    // In whole seconds: GitHub tells it so, and Countersign which of two pushes is the newer one by it.
    repository: { full_name: repository, html_url: page, pushed_at: Math.floor(Date.now() / 1000) },
    pusher: { name: "octocat" },
    head_commit: {
      id: commit,
      message: title,
      url: `${page}/commit/${commit}`,
      author: { name: "Octo Cat", username: "octocat" },
    },
  };
}

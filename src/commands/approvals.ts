import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { approvalDetailShape, approvalPageShape, type ApprovalSummary } from "../contract/approval.ts";
import { problemShape } from "../contract/problem.ts";
import { ConfigError, parseConfig } from "../config.ts";
import { printable } from "./printable.ts";

type Environment = Readonly<Record<string, string | undefined>>;
type Print = (line: string) => void;

export async function listCommand(
  environment: Environment,
  options: { status: string; commit?: string },
  print: Print,
): Promise<void> {
  const query = new URLSearchParams({
    status: options.status,
    ...(options.commit === undefined ? {} : { commit: options.commit }),
  });
  const { items, nextCursor } = await call(environment, approvalPageShape, `approvals?${query.toString()}`);
  for (const item of items) print(line(item));
  if (items.length === 0) print(`no ${options.status} approvals`);
  if (nextCursor !== null) print("… and more: narrow the search, or use the page");
}

export async function showCommand(environment: Environment, id: string, print: Print): Promise<void> {
  print(
    JSON.stringify(
      await call(environment, approvalDetailShape, `approvals/${encodeURIComponent(id)}`),
      null,
      2,
    ),
  );
}

export async function decideCommand(
  environment: Environment,
  id: string,
  verdict: "approve" | "reject",
  options: { comment?: string; shown?: string; form?: object },
  print: Print,
): Promise<void> {
  const body = JSON.stringify({ verdict, ...options });
  const headers = { "content-type": "application/json", "idempotency-key": randomUUID() };
  print(
    line(
      await call(environment, approvalDetailShape, `approvals/${encodeURIComponent(id)}/decision`, {
        method: "POST",
        headers,
        body,
      }),
    ),
  );
}

async function call<Shape extends z.ZodType>(
  environment: Environment,
  shape: Shape,
  path: string,
  init: RequestInit = {},
): Promise<z.output<Shape>> {
  const config = parseConfig(environment, { embedded: true });
  const token = environment["COUNTERSIGN_TOKEN"];
  if (token === undefined)
    throw new ConfigError(
      "COUNTERSIGN_TOKEN is missing: make one with `countersign token create --name me --scope read --scope decide`.",
    );
  const base = config.publicUrl ?? `http://${config.host}:${config.port}`;
  const response = await fetch(`${base}/api/v1/${path}`, {
    ...init,
    headers: { ...init.headers, authorization: `Bearer ${token}` },
  }).catch((error: unknown) => {
    throw new ConfigError(
      `${base} cannot be reached: is Countersign running? (${error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)})`,
    );
  });
  const reply: unknown = await response.json();
  if (response.ok) return shape.parse(reply);
  if (response.status === 401)
    throw new ConfigError(
      "COUNTERSIGN_TOKEN is unknown, expired or revoked: make another with `countersign token create`.",
    );
  const problem = problemShape.safeParse(reply);
  throw new ConfigError(
    problem.success ? `${problem.data.code}: ${problem.data.detail}` : `${base} says ${response.status}`,
  );
}

function line({ id, status, delivery, title, repository, commit }: ApprovalSummary): string {
  const state = delivery === null ? status : `${status} (${delivery})`;
  return [id, state, repository ?? "-", commit?.slice(0, 10) ?? "-", printable(title)].join("  ");
}

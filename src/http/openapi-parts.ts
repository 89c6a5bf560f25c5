import type { RouteConfig } from "@asteasolutions/zod-to-openapi";
import { z } from "zod";
import { problemShape } from "../contract/problem.ts";

export const idParameter = z.object({ id: z.uuid() });
export const security = [{ bearer: [] }, { session: [] }];

const problems: Record<string, string> = {
  401: "`unauthenticated`",
  403: "`not_allowed`",
  404: "`not_found`",
  409: "`already_decided`, `ambiguous`, `stale` or `conflict`",
  410: "`lapsed`",
  413: "`too_large`",
  422: "`invalid`, with every faulty field",
  429: "`too_many_requests`",
  503: "`unavailable`: nothing was changed",
};

export function json(description: string, schema: z.ZodType) {
  return { description, content: { "application/json": { schema } } };
}

export function body(schema: z.ZodType) {
  return { required: true, content: { "application/json": { schema } } };
}

export function refusals(...statuses: number[]): RouteConfig["responses"] {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: problems[status] ?? "",
        content: { "application/problem+json": { schema: problemShape } },
      },
    ]),
  );
}

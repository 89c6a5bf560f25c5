import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from "@asteasolutions/zod-to-openapi";
import { z } from "zod";
import {
  approvalDetailShape,
  approvalListQueryShape,
  approvalPageShape,
  executionShape,
} from "../contract/approval.ts";
import { auditPageShape, auditQueryShape } from "../contract/audit.ts";
import { decisionByKeyRequestShape, decisionRequestShape } from "../contract/decision.ts";
import {
  createTokenRequestShape,
  rotateTokenRequestShape,
  tokenShape,
  tokensShape,
  tokenWithSecretShape,
} from "../contract/api-token.ts";
import { keySetShape, receiptShape } from "../contract/receipt.ts";
import { meShape } from "../contract/session.ts";
import { statusShape } from "../contract/status.ts";
import { unclaimedGatesShape } from "../contract/unclaimed-gate.ts";
import { body, idParameter, json, refusals, security } from "./openapi-parts.ts";
import { peopleRoutes } from "./openapi-people.ts";

const keyHeader = z.object({
  "Idempotency-Key": z
    .string()
    .max(255)
    .optional()
    .describe("Repeating a write with the same key and body gives the same result and decides once"),
});
/** OpenAPI 3.1, from the same shapes that check requests. */
export function createOpenApiDocument(publicUrl: string) {
  const registry = new OpenAPIRegistry();
  registry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    description: "Made by `countersign token create`",
  });
  registry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: "countersign.session_token",
  });
  for (const route of routes) registry.registerPath(route);
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: "3.1.0",
    info: {
      title: "Countersign",
      version: "1",
      description: "People and bots decide what AWS Step Functions waits for.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: publicUrl }],
  });
}

const routes: RouteConfig[] = [
  {
    method: "get",
    path: "/api/v1/approvals",
    summary: "Approvals, newest first, page by page",
    security,
    request: { query: approvalListQueryShape },
    responses: { 200: json("A page", approvalPageShape), ...refusals(401, 403, 422, 429, 503) },
  },
  {
    method: "get",
    path: "/api/v1/approvals/{id}",
    summary: "One approval with everything that is needed to decide",
    security,
    request: { params: idParameter },
    responses: { 200: json("The approval", approvalDetailShape), ...refusals(401, 403, 404, 429, 503) },
  },
  {
    method: "get",
    path: "/api/v1/approvals/{id}/execution",
    summary: "How the approval's execution fares, asked from Step Functions now",
    security,
    request: { params: idParameter },
    responses: { 200: json("The execution", executionShape), ...refusals(401, 403, 404, 429, 503) },
  },
  {
    method: "get",
    path: "/api/v1/approvals/{id}/receipt",
    summary: "The signed receipt of the decision, which the task's output carries too",
    security,
    request: { params: idParameter },
    responses: { 200: json("The receipt", receiptShape), ...refusals(401, 403, 404, 429, 503) },
  },
  {
    method: "get",
    path: "/api/v1/audit",
    summary: "Events of the audit trail, newest first, page by page",
    security,
    request: { query: auditQueryShape },
    responses: { 200: json("A page", auditPageShape), ...refusals(401, 403, 422, 429, 503) },
  },
  {
    method: "get",
    path: "/.well-known/countersign-keys.json",
    summary: "The public keys that receipts and checkpoints of the audit trail are signed with",
    security: [],
    responses: {
      200: {
        description: "A JWK set",
        content: { "application/jwk-set+json": { schema: keySetShape } },
      },
      ...refusals(503),
    },
  },
  {
    method: "post",
    path: "/api/v1/approvals/{id}/decision",
    summary: "Approve or reject",
    security,
    request: { params: idParameter, headers: keyHeader, body: body(decisionRequestShape) },
    responses: {
      200: json("The approval as it is now", approvalDetailShape),
      ...refusals(401, 403, 404, 409, 410, 413, 422, 429, 503),
    },
  },
  {
    method: "post",
    path: "/api/v1/decisions",
    summary: "Approve or reject the one approval that a commit, an execution or an id names",
    security,
    request: { headers: keyHeader, body: body(decisionByKeyRequestShape) },
    responses: {
      200: json("The approval as it is now", approvalDetailShape),
      ...refusals(401, 403, 404, 409, 410, 413, 422, 429, 503),
    },
  },
  {
    method: "get",
    path: "/api/v1/me",
    summary: "Who the caller is",
    security,
    responses: { 200: json("The caller", meShape), ...refusals(401, 429, 503) },
  },
  {
    method: "get",
    path: "/api/v1/unclaimed-gates",
    summary: "Executions that wait at an activity, and nobody takes their task",
    security,
    responses: { 200: json("Those that wait longest", unclaimedGatesShape), ...refusals(401, 403, 429, 503) },
  },
  {
    method: "get",
    path: "/api/v1/status",
    summary: "How Countersign itself fares: whether its heartbeats fit their budget",
    security,
    responses: { 200: json("The status", statusShape), ...refusals(401, 429, 503) },
  },
  {
    method: "get",
    path: "/api/v1/tokens",
    summary: "Bots' tokens, those that live first; for administrators",
    security,
    responses: { 200: json("The tokens", tokensShape), ...refusals(401, 403, 429, 503) },
  },
  {
    method: "post",
    path: "/api/v1/tokens",
    summary: "Make a bot's token; for administrators",
    security,
    request: { body: body(createTokenRequestShape) },
    responses: {
      201: json("The token and its secret, which is shown this once", tokenWithSecretShape),
      ...refusals(401, 403, 413, 422, 429, 503),
    },
  },
  {
    method: "post",
    path: "/api/v1/tokens/{id}/rotate",
    summary: "Give a token a new secret; the old one stays good for the overlap. For administrators",
    security,
    request: { params: idParameter, body: body(rotateTokenRequestShape) },
    responses: {
      200: json("The token and its new secret, which is shown this once", tokenWithSecretShape),
      ...refusals(401, 403, 404, 422, 429, 503),
    },
  },
  {
    method: "post",
    path: "/api/v1/tokens/{id}/revoke",
    summary: "End a token at once, and those that it has made; for administrators",
    security,
    request: { params: idParameter },
    responses: { 200: json("The token as it is now", tokenShape), ...refusals(401, 403, 404, 422, 429, 503) },
  },
  ...peopleRoutes,
];

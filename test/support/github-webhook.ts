import { createHmac, randomUUID } from "node:crypto";
import supertest from "supertest";
import type { Express } from "express";
import { webhookSecret } from "./product.ts";

export interface SendOptions {
  event?: string;
  deliveryId?: string;
  secret?: string;
  signature?: string;
}

/** Sends a webhook as GitHub does: JSON, signed over its very bytes. */
export function sendGithub(app: Express, payload: unknown, options: SendOptions = {}) {
  const body = typeof payload === "string" ? payload : JSON.stringify(payload);
  const signature =
    options.signature ??
    `sha256=${createHmac("sha256", options.secret ?? webhookSecret)
      .update(body)
      .digest("hex")}`;
  return supertest(app)
    .post("/webhooks/github")
    .set("content-type", "application/json")
    .set("x-github-event", options.event ?? "push")
    .set("x-github-delivery", options.deliveryId ?? randomUUID())
    .set("x-hub-signature-256", signature)
    .send(body);
}

import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import express, { Router } from "express";
import { HttpProblem } from "../problem.ts";

const noncePlaceholder = /__CSP_NONCE__/g;

/** The built pages. Every path that is no file is the one page, which routes by itself. */
export function pageRoutes(webFolder: string): Router {
  const router = Router();
  const pageFile = join(webFolder, "index.html");
  const page = existsSync(pageFile) ? readFileSync(pageFile, "utf8") : null;
  router.use(
    "/assets",
    express.static(join(webFolder, "assets"), {
      immutable: true,
      maxAge: "365d",
      fallthrough: false,
      index: false,
    }),
  );
  router.use(express.static(webFolder, { index: false, maxAge: "1h" }));
  router.get("/{*path}", (request, response) => {
    if (page === null || request.accepts(["html", "json"]) !== "html")
      throw new HttpProblem("not_found", `There is nothing at ${request.path}.`);
    const nonce = randomBytes(16).toString("base64");
    response
      .set("content-security-policy", contentSecurityPolicy(nonce))
      // The nonce is good for one answer.
      .set("cache-control", "no-store")
      .type("html")
      .send(page.replace(noncePlaceholder, nonce));
  });
  return router;
}

function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

import { Router } from "express";
import type { AppDeps } from "../app-deps.ts";
import { createOpenApiDocument } from "../openapi.ts";

/** `GET /openapi.json`, for everybody: it holds no secret, and a client generator has no token. */
export function openApiRoutes({ publicUrl }: Pick<AppDeps, "publicUrl">): Router {
  const router = Router();
  const document = createOpenApiDocument(publicUrl);
  router.get("/openapi.json", (_request, response) => {
    response.json(document);
  });
  return router;
}

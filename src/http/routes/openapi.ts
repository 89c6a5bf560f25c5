import { Router } from "express";
import type { AppDeps } from "../app-deps.ts";
import { createOpenApiDocument } from "../openapi.ts";

/** `GET /openapi.json`, for everybody: it holds no secret, and a client generator has no token. */
export function openApiRoutes({ publicUrl }: Pick<AppDeps, "publicUrl">): Router {
  const router = Router();
  // Made when somebody asks: it takes as long as a tenth of the start.
  let document: ReturnType<typeof createOpenApiDocument> | null = null;
  router.get("/openapi.json", (_request, response) => {
    response.json((document ??= createOpenApiDocument(publicUrl)));
  });
  return router;
}

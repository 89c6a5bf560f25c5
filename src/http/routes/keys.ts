import { Router } from "express";
import type { KeySet } from "../../contract/receipt.ts";
import type { AppDeps } from "../app-deps.ts";

/** Whoever checks a receipt may keep the keys this long; a key that is new is looked for again by its id. */
const maxAgeSeconds = 300;

/** `GET /.well-known/countersign-keys.json`: the public keys behind receipts and checkpoints, as a JWK set. For everybody. */
export function keyRoutes({ use }: AppDeps): Router {
  const router = Router();
  router.get("/.well-known/countersign-keys.json", (_request, response) => {
    const keySet: KeySet = { keys: use.signer.publicKeys() };
    response
      .set("cache-control", `public, max-age=${maxAgeSeconds}`)
      .set("content-type", "application/jwk-set+json")
      .send(JSON.stringify(keySet));
  });
  return router;
}

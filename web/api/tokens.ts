import {
  type CreateTokenRequest,
  type Tokens,
  type TokenView,
  type TokenWithSecret,
  tokenShape,
  tokensShape,
  tokenWithSecretShape,
} from "../../src/contract/api-token.ts";
import { request } from "./request.ts";

/** `GET /api/v1/tokens` */
export function listTokens(signal?: AbortSignal): Promise<Tokens> {
  return request("/api/v1/tokens", tokensShape, { signal });
}

/** `POST /api/v1/tokens` */
export function createToken(body: CreateTokenRequest): Promise<TokenWithSecret> {
  return request("/api/v1/tokens", tokenWithSecretShape, { method: "POST", body });
}

/** `POST /api/v1/tokens/{id}/rotate` */
export function rotateToken(id: string, overlapSeconds: number): Promise<TokenWithSecret> {
  return request(`/api/v1/tokens/${id}/rotate`, tokenWithSecretShape, {
    method: "POST",
    body: { overlapSeconds },
  });
}

/** `POST /api/v1/tokens/{id}/revoke` */
export function revokeToken(id: string): Promise<TokenView> {
  return request(`/api/v1/tokens/${id}/revoke`, tokenShape, { method: "POST", body: {} });
}

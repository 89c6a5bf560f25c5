import { z } from "zod";
import { IdentityProviderUnavailable } from "../../application/ports/unavailable.ts";
import { isSafeProviderUrl } from "../../contract/sign-in-config.ts";

const patienceMs = 10_000;

const safeUrl = z.string().refine(isSafeProviderUrl, { error: "is not a safe address" });
const documentShape = z.object({
  issuer: z.string(),
  authorization_endpoint: safeUrl,
  token_endpoint: safeUrl,
  userinfo_endpoint: safeUrl.optional(),
  jwks_uri: safeUrl,
  id_token_signing_alg_values_supported: z.array(z.string()).min(1),
});

export interface DiscoveredProvider {
  documentUrl: string;
  userinfoUrl: string | null;
}

/**
 * Reads and checks what an issuer says of itself (OpenID Connect Discovery 1.0): it has to name itself as the file does, and every address
 * in it has to be https, or on the loopback. Throws IdentityProviderUnavailable.
 */
export async function discoverProvider(issuer: string): Promise<DiscoveredProvider> {
  const documentUrl = `${issuer.replace(/\/+$/, "")}/.well-known/openid-configuration`;
  let told: unknown;
  try {
    // A redirect could lead anywhere.
    const reply = await fetch(documentUrl, { redirect: "error", signal: AbortSignal.timeout(patienceMs) });
    if (!reply.ok) throw new Error(`it answered ${reply.status}`);
    told = await reply.json();
  } catch (error) {
    throw new IdentityProviderUnavailable(`${documentUrl} cannot be read.`, { cause: error });
  }
  const parsed = documentShape.safeParse(told);
  if (!parsed.success)
    throw new IdentityProviderUnavailable(`${documentUrl} is not right: ${z.prettifyError(parsed.error)}`);
  if (parsed.data.issuer !== issuer)
    throw new IdentityProviderUnavailable(
      `${documentUrl} speaks for ${parsed.data.issuer}: write that as the issuer, letter by letter, if it is the right one.`,
    );
  return { documentUrl, userinfoUrl: parsed.data.userinfo_endpoint ?? null };
}

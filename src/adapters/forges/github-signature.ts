import { createHmac, timingSafeEqual } from "node:crypto";

/** `sha256=` and the hex HMAC-SHA256. */
export const signatureForm = /^sha256=[0-9a-f]{64}$/;

/**
 * Checks `X-Hub-Signature-256` (`sha256=` and the hex HMAC-SHA256 of the raw body) against every secret, in a time that depends on
 * their number alone.
 */
export function hasValidSignature(body: Uint8Array, signature: string, secrets: readonly string[]): boolean {
  const given = Buffer.alloc(32);
  const isHex = signatureForm.test(signature);
  if (isHex) given.write(signature.slice("sha256=".length), "hex");
  let isValid = false;
  for (const secret of secrets) {
    const isEqual = timingSafeEqual(createHmac("sha256", secret).update(body).digest(), given);
    isValid = isValid || isEqual;
  }
  return isHex && isValid;
}

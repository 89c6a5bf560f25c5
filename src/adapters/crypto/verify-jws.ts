import { compactVerify, createLocalJWKSet, decodeProtectedHeader, errors } from "jose";
import type { CheckSignature, PublicKey } from "../../application/ports/signer.ts";

/** Accepts a compact JWS only if it is EdDSA, by one of `keys`, of the wanted type, and not one character other than it was written. */
export function trustingKeys(keys: readonly PublicKey[]): CheckSignature {
  // A key that is there twice would be no key at all to jose.
  const distinct = new Map(keys.map((key) => [key.kid, { ...key }]));
  const keySet = createLocalJWKSet({ keys: [...distinct.values()] });
  return async (jws, type) => {
    // base64url has characters whose last bits nobody reads: two texts could pass for one signature.
    if (jws.split(".").some((part) => Buffer.from(part, "base64url").toString("base64url") !== part))
      return { fault: "It is not a compact JWS: its parts are not base64url." };
    try {
      const { payload, protectedHeader } = await compactVerify(jws, keySet, { algorithms: ["EdDSA"] });
      if (protectedHeader.typ !== type)
        return { fault: `It is a ${protectedHeader.typ ?? "JWS without a type"}, not a ${type}.` };
      return { kid: protectedHeader.kid ?? "", payload: new TextDecoder().decode(payload) };
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) return { fault: unknownSigner(jws) };
      if (error instanceof errors.JOSEError)
        return { fault: `Its signature is not right: ${error.message}.` };
      throw error;
    }
  };
}

/** The id is shown only if it is one: a forger may write anything there. */
function unknownSigner(jws: string): string {
  const { kid = "" } = decodeProtectedHeader(jws);
  const signer = /^[A-Za-z0-9_-]{43}$/.test(kid) ? `key ${kid}` : "one without a proper id";
  return `None of the trusted keys has signed it, but ${signer}. If that was yours, add its public key to COUNTERSIGN_RETIRED_KEYS, or to what --keys names; if not, this is forged.`;
}

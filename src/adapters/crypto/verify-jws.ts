import { compactVerify, createLocalJWKSet, errors, type JSONWebKeySet } from "jose";
import type { PublicKey, SignedType } from "../../application/ports/signer.ts";

/** This text is no JWS of the wanted type that one of the keys has signed; the message says why, for a person. */
export class SignatureInvalid extends Error {
  override name = "SignatureInvalid";
}

export interface VerifiedJws {
  /** The key that signed it. */
  kid: string;
  /** The signed text: JSON. */
  payload: string;
}

/** Checks a compact JWS: EdDSA, by one of `keys`, of this type, and not one character other than it was written. Throws SignatureInvalid. */
export async function verifyJws(
  jws: string,
  keys: readonly PublicKey[],
  type: SignedType,
): Promise<VerifiedJws> {
  // base64url has characters whose last bits nobody reads: two texts could pass for one signature.
  if (jws.split(".").some((part) => Buffer.from(part, "base64url").toString("base64url") !== part))
    throw new SignatureInvalid("It is not a compact JWS: its parts are not base64url.");
  try {
    const keySet = createLocalJWKSet({ keys: keys.map((key) => ({ ...key })) } satisfies JSONWebKeySet);
    const { payload, protectedHeader } = await compactVerify(jws, keySet, { algorithms: ["EdDSA"] });
    if (protectedHeader.typ !== type)
      throw new SignatureInvalid(`It is a ${protectedHeader.typ ?? "JWS without a type"}, not a ${type}.`);
    return { kid: protectedHeader.kid ?? "", payload: new TextDecoder().decode(payload) };
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey)
      throw new SignatureInvalid("None of the keys has signed it.", { cause: error });
    if (error instanceof errors.JOSEError)
      throw new SignatureInvalid(`Its signature is not right: ${error.message}.`, { cause: error });
    throw error;
  }
}

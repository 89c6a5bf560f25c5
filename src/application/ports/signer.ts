/** A public Ed25519 key as the world reads it (RFC 8037). */
export interface PublicKey {
  kty: "OKP";
  crv: "Ed25519";
  /** base64url. */
  x: string;
  /** RFC 7638 thumbprint. */
  kid: string;
  alg: "EdDSA";
  use: "sig";
}

/** Signs what others check without asking us. */
export interface Signer {
  /**
   * A compact JWS (EdDSA) over the claims, with our address as `iss`. `type` is its `typ`, so that nothing signed for one use passes for
   * another. The same claims give the same bytes.
   */
  sign(type: SignedType, claims: object): Promise<string>;
  /** Ours, and those that signed before it and are still trusted. */
  publicKeys(): PublicKey[];
}

export type SignedType = "countersign-receipt+jwt" | "countersign-checkpoint+jwt" | "countersign-export+jwt";

/** Checks a compact JWS against keys that are trusted: which has signed it and what it says, or why not, for a person. */
export type CheckSignature = (
  jws: string,
  type: SignedType,
) => Promise<{ kid: string; payload: string } | { fault: string }>;

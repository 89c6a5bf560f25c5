import type { Signer } from "../../application/ports/signer.ts";
import { publicKeyFrom, type SigningKey } from "./signing-key.ts";

/**
 * `retired`: the `x` of public keys that signed before this one. They come from whoever runs this, never from the database: whoever can
 * write there would add one of their own. `issuer`: the address under which the public keys can be fetched.
 */
export function createSigner(key: SigningKey, retired: readonly string[], issuer: string): Signer {
  const earlier = retired.filter((x) => x !== key.publicKey.x).map(publicKeyFrom);
  return {
    sign: async (type, claims) => key.sign(type, JSON.stringify({ iss: issuer, ...claims })),
    publicKeys: () => [key.publicKey, ...earlier],
  };
}

import { createHash, createPrivateKey, createPublicKey, hkdfSync, sign, type KeyObject } from "node:crypto";
import type { PublicKey } from "../../application/ports/signer.ts";

export interface SigningKey {
  publicKey: PublicKey;
  /** Compact JWS (RFC 7515, RFC 8037). Ed25519 takes no chance: the same payload gives the same bytes. */
  sign(type: string, payload: string): string;
}

/** What stands before the 32 bytes of a seed in PKCS #8 (RFC 8410, section 7). */
const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");

/** A key from COUNTERSIGN_SECRET, the same at every start; or `pem`, a private Ed25519 key of whoever runs this. Throws on any other PEM. */
export function createSigningKey(secret: string, pem: string | null): SigningKey {
  const key = pem === null ? keyFromSecret(secret) : createPrivateKey(pem);
  if (key.asymmetricKeyType !== "ed25519") throw new TypeError("the signing key is not an Ed25519 key");
  const publicKey = publicKeyOf(key);
  const encode = (text: string) => Buffer.from(text).toString("base64url");
  return {
    publicKey,
    sign(type, payload) {
      const header = JSON.stringify({ alg: "EdDSA", kid: publicKey.kid, typ: type });
      const signed = `${encode(header)}.${encode(payload)}`;
      return `${signed}.${sign(null, Buffer.from(signed), key).toString("base64url")}`;
    },
  };
}

function keyFromSecret(secret: string): KeyObject {
  const seed = Buffer.from(hkdfSync("sha256", secret, "", "countersign signing key", 32));
  return createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: "der", type: "pkcs8" });
}

function publicKeyOf(key: KeyObject): PublicKey {
  const { x = "" } = createPublicKey(key).export({ format: "jwk" });
  return publicKeyFrom(x);
}

/** `x` as in a JWK. */
export function publicKeyFrom(x: string): PublicKey {
  // RFC 7638: the required members in alphabetical order, without white space.
  const thumbprint = createHash("sha256").update(JSON.stringify({ crv: "Ed25519", kty: "OKP", x }));
  return { kty: "OKP", crv: "Ed25519", x, kid: thumbprint.digest("base64url"), alg: "EdDSA", use: "sig" };
}

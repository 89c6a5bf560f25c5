import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import { TaskToken } from "../../domain/task-token.ts";

const version = 1;
const ivBytes = 12;
const tagBytes = 16;

/** The stored token was encrypted with another COUNTERSIGN_SECRET, or its bytes were changed. */
export class TokenUnreadable extends Error {
  override name = "TokenUnreadable";
}

export interface TokenCipher {
  /** AES-256-GCM, bound to the approval: the ciphertext of one row cannot be moved to another. Layout: version, iv, tag, text. */
  encrypt(token: TaskToken, approvalId: string): Uint8Array<ArrayBuffer>;
  /** Throws TokenUnreadable. */
  decrypt(sealed: Uint8Array, approvalId: string): TaskToken;
}

/** `secret` is COUNTERSIGN_SECRET; the key is derived from it with HKDF-SHA-256, so that other uses of the secret get other keys. */
export function createTokenCipher(secret: string): TokenCipher {
  const key = new Uint8Array(hkdfSync("sha256", secret, "", "countersign task token", 32));
  return {
    encrypt(token, approvalId) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(approvalId));
      const text = Buffer.concat([cipher.update(token.reveal(), "utf8"), cipher.final()]);
      return new Uint8Array(Buffer.concat([Buffer.of(version), iv, cipher.getAuthTag(), text]));
    },
    decrypt(sealed, approvalId) {
      const bytes = Buffer.from(sealed);
      try {
        if (bytes[0] !== version) throw new Error(`unknown version ${bytes[0]}`);
        const iv = bytes.subarray(1, 1 + ivBytes);
        const tag = bytes.subarray(1 + ivBytes, 1 + ivBytes + tagBytes);
        const decipher = createDecipheriv("aes-256-gcm", key, iv)
          .setAAD(Buffer.from(approvalId))
          .setAuthTag(tag);
        return new TaskToken(
          Buffer.concat([decipher.update(bytes.subarray(1 + ivBytes + tagBytes)), decipher.final()]).toString(
            "utf8",
          ),
        );
      } catch (error) {
        throw new TokenUnreadable(
          "The task token of this approval cannot be decrypted: was COUNTERSIGN_SECRET changed since it was stored?",
          { cause: error },
        );
      }
    },
  };
}

/** Keeps a token unique without showing it: a token is random enough that its hash cannot be guessed back. */
export function hashOfToken(token: TaskToken): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(token.reveal()).digest());
}

import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** Bytes of chance in a token. Makes it about as long as AWS's, so that a column or header too short for those shows here. */
const chanceBytes = 384;
const macBytes = 32;

export interface TokenMint {
  /** A token that nobody can guess: base64 with `+`, `/` and `=`, 556 characters. */
  issue(): string;
  /**
   * Whether this endpoint has ever issued the token. It is marked with the endpoint's secret, so that closed tasks need not
   * be remembered for their tokens to be told from junk: AWS answers TaskTimedOut to the first, InvalidToken to the second.
   */
  isOurs(token: string): boolean;
}

export function tokenMint(secret: Buffer = randomBytes(32)): TokenMint {
  const mark = (chance: Buffer) => createHmac("sha256", secret).update(chance).digest();
  return {
    issue() {
      const chance = randomBytes(chanceBytes);
      return Buffer.concat([chance, mark(chance)]).toString("base64");
    },
    isOurs(token) {
      const bytes = Buffer.from(token, "base64");
      if (bytes.length !== chanceBytes + macBytes || bytes.toString("base64") !== token) return false;
      return timingSafeEqual(bytes.subarray(chanceBytes), mark(bytes.subarray(0, chanceBytes)));
    },
  };
}

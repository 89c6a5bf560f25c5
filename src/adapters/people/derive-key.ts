import { hkdfSync } from "node:crypto";

/** One secret, many keys: each use gets its own, so that none tells anything of another. Hex text of 256 bits. */
export function deriveKey(secret: string, use: string): string {
  return Buffer.from(hkdfSync("sha256", secret, "", `countersign ${use}`, 32)).toString("hex");
}

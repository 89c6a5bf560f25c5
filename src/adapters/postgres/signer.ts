import type { PublicKey, Signer } from "../../application/ports/signer.ts";
import { publicKeyFrom, type SigningKey } from "../crypto/signing-key.ts";
import type { Database } from "./database.ts";

/** `issuer`: the address under which the public keys can be fetched. */
export function createSigner(database: Database, key: SigningKey, issuer: string): Signer {
  const { kid, x } = key.publicKey;
  let stored: Promise<void> | null = null;
  const store = async () => {
    await database.run((client) =>
      client.signingKey.createMany({ data: [{ id: kid, x }], skipDuplicates: true }),
    );
  };
  const ensureStored = () =>
    (stored ??= store().catch((error: unknown) => {
      stored = null;
      throw error;
    }));
  return {
    async sign(type, claims) {
      await ensureStored();
      return key.sign(type, JSON.stringify({ iss: issuer, ...claims }));
    },
    async publicKeys() {
      await ensureStored();
      return readPublicKeys(database);
    },
  };
}

/** Every key that has signed something here, the newest first. */
export async function readPublicKeys(database: Database): Promise<PublicKey[]> {
  const rows = await database.run((client) => client.signingKey.findMany({ orderBy: { firstUsed: "desc" } }));
  return rows.map((row) => publicKeyFrom(row.x));
}

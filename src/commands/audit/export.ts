import { open, rm } from "node:fs/promises";
import { chaining } from "../../adapters/crypto/chaining.ts";
import { createSigner } from "../../adapters/crypto/signer.ts";
import { createSigningKey } from "../../adapters/crypto/signing-key.ts";
import { createAuditTrail } from "../../adapters/postgres/audit-trail.ts";
import { exportAudit } from "../../application/export-audit.ts";
import { ConfigError, parseConfig } from "../../config.ts";
import { secretAtHand, withDatabase } from "../with-database.ts";

export interface ExportOptions {
  from?: Date;
  to?: Date;
  output?: string;
}

/** Throws ConfigError if nothing is at hand to sign with, or the file is there already; UnfitToExport where the trail is broken. */
export async function exportCommand(
  environment: Readonly<Record<string, string | undefined>>,
  { from, to, output }: ExportOptions,
  { write, note }: { write: (text: string) => Promise<void>; note: (line: string) => void },
): Promise<void> {
  const { signingKeyPem, publicUrl, host, port } = parseConfig(environment, { embedded: true });
  const secret = await secretAtHand(environment);
  if (secret === null && signingKeyPem === null)
    throw new ConfigError("COUNTERSIGN_SECRET is missing: an export is signed with its key.");
  const key = createSigningKey(secret ?? "", signingKeyPem);
  const file = output === undefined ? null : await openNew(output);
  try {
    await withDatabase(environment, async (database) => {
      const signer = createSigner(key, [], publicUrl ?? `http://${host}:${port}`);
      const interval = { from: from ?? null, to: to ?? null };
      const audit = createAuditTrail(database);
      for await (const chunk of exportAudit({ audit, signer, chaining }, interval))
        await (file === null ? write(chunk) : file.writeFile(chunk));
    });
    if (output !== undefined) note(`written: ${output}, signed by ${key.publicKey.kid}`);
  } catch (error) {
    // What is not complete and signed must not lie about and look like an export.
    if (output !== undefined) await rm(output);
    throw error;
  } finally {
    await file?.close();
  }
}

async function openNew(path: string) {
  return open(path, "wx", 0o600).catch((error: unknown) => {
    throw new ConfigError(
      `${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
}

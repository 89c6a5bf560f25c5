import { systemClock } from "../../adapters/clock.ts";
import { chaining } from "../../adapters/crypto/chaining.ts";
import { createSigningKey, publicKeyFrom } from "../../adapters/crypto/signing-key.ts";
import { trustingKeys } from "../../adapters/crypto/verify-jws.ts";
import { createAuditTrail } from "../../adapters/postgres/audit-trail.ts";
import type { Database } from "../../adapters/postgres/database.ts";
import { createClients } from "../../adapters/step-functions/clients.ts";
import { createStepFunctions } from "../../adapters/step-functions/step-functions.ts";
import type { PublicKey } from "../../application/ports/signer.ts";
import { reconcileDecisions } from "../../application/reconcile-decisions.ts";
import { verifyAudit, type AuditReport } from "../../application/verify-audit.ts";
import type { Anchor } from "../../application/verify-checkpoints.ts";
import { verifyExport } from "../../application/verify-export.ts";
import { ConfigError, parseConfig } from "../../config.ts";
import { readKeys } from "../read-keys.ts";
import { readLines } from "./read-lines.ts";
import { secretAtHand, withDatabase } from "../with-database.ts";

type Environment = Readonly<Record<string, string | undefined>>;
type Print = (line: string) => void;

export interface VerifyOptions {
  file?: string;
  keys?: string;
  anchor?: Anchor;
  withHistory?: boolean;
}

/** The trail is not what was written; the message names where. */
export class AuditBroken extends Error {
  override name = "AuditBroken";
}

/** Throws AuditBroken, or ConfigError where something that is needed is not at hand. */
export async function verifyCommand(
  environment: Environment,
  options: VerifyOptions,
  print: Print,
): Promise<void> {
  const keys = options.keys === undefined ? await ownKeys(environment) : await readKeys(options.keys);
  if (keys.length === 0)
    throw new ConfigError("Which keys are to be trusted? Name them with --keys, or set COUNTERSIGN_SECRET.");
  if (options.file !== undefined) return verifyFile(options.file, keys, print);
  await withDatabase(environment, async (database) => {
    const checkSignature = trustingKeys(keys);
    const audit = createAuditTrail(database);
    const report = await verifyAudit({ audit, chaining, checkSignature }, options.anchor ?? null);
    const faults = report.faults.map((fault) =>
      "checkpoint" in fault
        ? `checkpoint ${fault.checkpoint} ${fault.what}`
        : `stream ${fault.stream}, event ${fault.seq} ${fault.what}`,
    );
    refuse(faults);
    tell(report, print);
    if (options.withHistory === true) await verifyHistory(environment, database, keys, print);
  });
}

function tell({ events, streams, newest, signedBy, unsealed }: AuditReport, print: Print): void {
  print(
    `the audit trail holds: ${events} events in ${streams} streams; ${unsealed} of them wait for the next checkpoint`,
  );
  if (newest !== null)
    print(`newest checkpoint, to be kept elsewhere as an anchor: ${newest.checkpoint}:${newest.hash}`);
  for (const [kid, checkpoints] of signedBy) print(`${checkpoints} checkpoints signed by ${kid}`);
}

async function verifyFile(path: string, keys: readonly PublicKey[], print: Print): Promise<void> {
  const report = await verifyExport({ chaining, checkSignature: trustingKeys(keys) }, readLines(path));
  refuse(report.faults.map(({ line, what }) => `line ${line} ${what}`));
  const { events, from, to, signedBy } = report;
  print(
    `${path} is as it was exported: ${events} events from ${from ?? "the beginning"} to ${to ?? "the time of the export"}`,
  );
  print(`signed by ${signedBy ?? ""}`);
}

async function verifyHistory(
  environment: Environment,
  database: Database,
  keys: readonly PublicKey[],
  print: Print,
): Promise<void> {
  const config = parseConfig(environment, { embedded: true });
  // Beside `countersign start` it is that one's own endpoint.
  const local = {
    region: config.region ?? "us-east-1",
    endpoint: `http://127.0.0.1:${config.stepFunctionsPort}`,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
  const isLocal = config.stepFunctions === "local" && config.databaseUrl === null;
  const clients = createClients(
    isLocal ? local : { region: config.region, endpoint: null, credentials: null },
  );
  try {
    // Nothing is answered here, and nothing is looked for: the trail says which execution it was.
    const nothing = {
      running: async () => new Map<never, never>(),
      ended: async () => new Map<never, never>(),
    };
    // What may not be read is a fault here: the history is what the trail is compared with.
    const noneForbidden = { skip: () => false };
    const stepFunctions = createStepFunctions(clients, { read: async () => null }, nothing, noneForbidden);
    const audit = createAuditTrail(database);
    const deps = { audit, stepFunctions, clock: systemClock, checkSignature: trustingKeys(keys) };
    const { agreed, unknown, faults } = await reconcileDecisions(deps);
    refuse(faults.map(({ stream, seq, what }) => `stream ${stream}, event ${seq} ${what}`));
    print(`${agreed} decisions agree with the history of their execution; ${unknown} cannot be compared`);
  } finally {
    clients.close();
  }
}

const linesMax = 20;

function refuse(faults: readonly string[]): void {
  if (faults.length === 0) return;
  const [first = "", ...others] = faults;
  const more = others.length >= linesMax ? [`  … and more`] : [];
  const rest = others.slice(0, linesMax).map((fault) => `  ${fault}`);
  throw new AuditBroken(
    [
      "The audit trail is broken. First:",
      `  ${first}`,
      ...(rest.length > 0 ? ["Then:"] : []),
      ...rest,
      ...more,
    ].join("\n"),
  );
}

/** None of them comes from the database that is checked: whoever can write there would add their own. */
async function ownKeys(environment: Environment): Promise<PublicKey[]> {
  const { signingKeyPem, retiredKeys } = parseConfig(environment, { embedded: true });
  const secret = await secretAtHand(environment);
  const retired = retiredKeys.map(publicKeyFrom);
  return secret === null && signingKeyPem === null
    ? retired
    : [createSigningKey(secret ?? "", signingKeyPem).publicKey, ...retired];
}

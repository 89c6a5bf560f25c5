import { createPrivateKey } from "node:crypto";
import { resolve } from "node:path";
import { z } from "zod";
import { logLevels } from "./log.ts";

/** What the environment says, parsed once. An entry point alone reads `process.env` and hands it over. */
export interface Config {
  port: number;
  host: string;
  /** Where a worker serves its health and metrics; null: nowhere. */
  workerPort: number | null;
  /** Null: the embedded Postgres. */
  databaseUrl: string | null;
  /** The role as which `api` and `worker` connect, to which `migrate` gives its rights; null: it gives none. */
  databaseRole: string | null;
  /** Null: BullMQ on Postgres. */
  redisUrl: string | null;
  stepFunctions: "local" | "aws";
  /** The port of the local Step Functions endpoint; another one is taken if it is in use. */
  stepFunctionsPort: number;
  /** A file that names stand-ins for Lambda functions on the local endpoint; null: there are none. */
  functions: string | null;
  region: string | null;
  /** Null: no file; the embedded default brings its own. */
  configFile: string | null;
  /** Null: the embedded default keeps one in its folder. */
  secret: string | null;
  /** A private Ed25519 key; null: it follows from the secret. */
  signingKeyPem: string | null;
  /** Public keys that signed before the one of today: the `x` of each. Nothing else is trusted. */
  retiredKeys: readonly string[];
  /** Null: follows from host and port. */
  publicUrl: string | null;
  /** How many reverse proxies stand before the API. */
  trustedProxies: number;
  /** Absolute; the embedded default's folder. */
  dataFolder: string;
  logLevel: (typeof logLevels)[number];
}

/** Something that a person configured is wrong; the message says what, where and what to do, for all faults at once. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

const whole = (most: number) => {
  const error = `is not a whole number from 0 to ${most}`;
  return z.coerce.number({ error }).int({ error }).min(0, { error }).max(most, { error });
};
const port = whole(65535);
const optional = <T extends z.ZodType>(shape: T) =>
  z.preprocess((value) => (value === "" ? undefined : value), shape.optional());

function isEd25519(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === "ed25519";
  } catch {
    return false;
  }
}

/** 32 bytes in base64url; of the last character two bits are never set, so a key has one way to be written. */
const publicKeyPattern = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

const retiredKeys = z.string().transform((text, context) => {
  const keys = text.split(",").map((key) => key.trim());
  for (const [index, key] of keys.entries())
    // Not shown: it may be a private key that went to the wrong place.
    if (!publicKeyPattern.test(key))
      context.addIssue({
        code: "custom",
        message: `holds as key ${index + 1} of ${keys.length} no public Ed25519 key: give each as the 43 characters of its \`x\` in /.well-known/countersign-keys.json, with commas between`,
      });
  return keys;
});

const environmentShape = z.object({
  PORT: optional(port),
  HOST: optional(z.string()),
  COUNTERSIGN_WORKER_PORT: optional(port),
  DATABASE_URL: optional(z.url({ protocol: /^postgres(ql)?$/, error: "is not a postgresql:// address" })),
  COUNTERSIGN_DATABASE_ROLE: optional(
    z.string().refine((name) => Buffer.byteLength(name) <= 63, {
      error: "is longer than a role's name may be: 63 bytes",
    }),
  ),
  REDIS_URL: optional(z.url({ protocol: /^rediss?$/, error: "is not a redis:// address" })),
  AWS_REGION: optional(z.string()),
  AWS_ENDPOINT_URL_SFN: optional(z.url({ error: "is not a URL" })),
  COUNTERSIGN_STEP_FUNCTIONS: optional(z.enum(["local", "aws"], { error: "is neither local nor aws" })),
  COUNTERSIGN_STEP_FUNCTIONS_PORT: optional(port),
  COUNTERSIGN_FUNCTIONS: optional(z.string()),
  COUNTERSIGN_CONFIG: optional(z.string()),
  COUNTERSIGN_SECRET: optional(
    z.string().min(32, { error: "is shorter than 32 characters; make one with `openssl rand -base64 32`" }),
  ),
  COUNTERSIGN_SIGNING_KEY: optional(
    z.string().refine(isEd25519, {
      error: "is not a private Ed25519 key in PEM; make one with `openssl genpkey -algorithm ed25519`",
    }),
  ),
  COUNTERSIGN_RETIRED_KEYS: optional(retiredKeys),
  COUNTERSIGN_PUBLIC_URL: optional(
    z.url({ protocol: /^https?$/, error: "is not an http:// or https:// address" }),
  ),
  COUNTERSIGN_TRUSTED_PROXIES: optional(whole(10)),
  COUNTERSIGN_DATA: optional(z.string()),
  COUNTERSIGN_LOG_LEVEL: optional(z.enum(logLevels, { error: `is none of ${logLevels.join(", ")}` })),
});

/**
 * `embedded`: this process may bring what is missing (Postgres, Step Functions, a secret). Throws ConfigError, which names every
 * fault. AWS_REGION, AWS_ENDPOINT_URL_SFN and credentials are read by the SDK itself, too.
 */
export function parseConfig(
  environment: Readonly<Record<string, string | undefined>>,
  { embedded }: { embedded: boolean },
): Config {
  const parsed = environmentShape.safeParse(environment);
  const faults = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
  if (parsed.success && !embedded) {
    if (parsed.data.DATABASE_URL === undefined)
      faults.push(
        "DATABASE_URL is missing: this command needs a Postgres (only `countersign start` brings its own)",
      );
    if (parsed.data.COUNTERSIGN_SECRET === undefined)
      faults.push(
        "COUNTERSIGN_SECRET is missing: it encrypts task tokens; make one with `openssl rand -base64 32`",
      );
  }
  if (!parsed.success || faults.length > 0)
    throw new ConfigError(`The environment is not right:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
  const env = parsed.data;
  return {
    port: env.PORT ?? 3000,
    host: env.HOST ?? "127.0.0.1",
    workerPort: env.COUNTERSIGN_WORKER_PORT ?? null,
    databaseUrl: env.DATABASE_URL ?? null,
    databaseRole: env.COUNTERSIGN_DATABASE_ROLE ?? null,
    redisUrl: env.REDIS_URL ?? null,
    stepFunctions:
      env.COUNTERSIGN_STEP_FUNCTIONS ??
      (embedded && env.AWS_ENDPOINT_URL_SFN === undefined ? "local" : "aws"),
    stepFunctionsPort: env.COUNTERSIGN_STEP_FUNCTIONS_PORT ?? 8083,
    functions: env.COUNTERSIGN_FUNCTIONS ?? null,
    region: env.AWS_REGION ?? null,
    configFile: env.COUNTERSIGN_CONFIG ?? null,
    secret: env.COUNTERSIGN_SECRET ?? null,
    signingKeyPem: env.COUNTERSIGN_SIGNING_KEY ?? null,
    retiredKeys: env.COUNTERSIGN_RETIRED_KEYS ?? [],
    publicUrl: env.COUNTERSIGN_PUBLIC_URL?.replace(/\/+$/, "") ?? null,
    trustedProxies: env.COUNTERSIGN_TRUSTED_PROXIES ?? 0,
    dataFolder: resolve(env.COUNTERSIGN_DATA ?? ".countersign"),
    logLevel: env.COUNTERSIGN_LOG_LEVEL ?? "info",
  };
}

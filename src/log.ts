import { pino, type Logger, type LoggerOptions } from "pino";

/** Members that may hold a secret, wherever a library hangs them on a logged object. */
const secretPaths = [
  "token",
  "taskToken",
  "password",
  "newPassword",
  "secret",
  "authorization",
  "cookie",
  "ciphertext",
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Structured log on standard error (standard output is for what a command is asked for), one JSON object a line. */
export function createLog(level: LogLevel, part: string): Logger {
  return pino({ ...options, level, base: { part } }, pino.destination({ dest: 2, sync: true }));
}

/** The same into a file, and what is wrong also on standard error: for a process that a person watches. */
export function createFileLog(level: LogLevel, file: string): Logger {
  const toFile = { level, stream: pino.destination({ dest: file, mkdir: true, sync: true, mode: 0o600 }) };
  const toPerson = { level: "error" as const, stream: pino.destination({ dest: 2, sync: true }) };
  const streams = level === "silent" ? [] : [{ ...toFile, level }, toPerson];
  return pino({ ...options, level, base: null }, pino.multistream(streams));
}

const options: LoggerOptions = {
  redact: { paths: secretPaths, censor: "[redacted]" },
  serializers: { err: briefError },
};

/** Name, message, stack and causes: an error of a library may carry the request that it was made from, secrets included. */
function briefError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  return { type: name, message, stack, ...(cause === undefined ? {} : { cause: briefError(cause) }) };
}

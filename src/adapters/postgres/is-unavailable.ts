/**
 * True if a fault is of the server or of the way to it, so that the same call may succeed later: down, full, read-only after a
 * failover, out of connections, with credentials that are wrong for a moment. False for what is about this very statement or row,
 * and for faults of ours. Codes decide, since a server speaks the language that it was set up with.
 */
export function isUnavailable(error: unknown): boolean {
  return verdictOn(error, 0) ?? false;
}

/** Null: nothing here tells. What lies deeper knows better: Prisma's codes are coarser than those that they stand for. */
function verdictOn(error: unknown, depth: number): boolean | null {
  if (typeof error !== "object" || error === null || depth > deepest) return null;
  const { code, kind, originalCode, message, cause, meta } = error as Record<string, unknown>;
  const { driverAdapterError: driverError } = (meta ?? {}) as Record<string, unknown>;
  const inner = verdictOn(cause, depth + 1) ?? verdictOn(driverError, depth + 1);
  if (inner !== null) return inner;
  // A name of several addresses, none of which answers.
  if (error instanceof AggregateError && error.errors.some((each) => verdictOn(each, depth + 1))) return true;
  const byCode = verdictOnCode(originalCode) ?? verdictOnCode(code);
  if (byCode !== null) return byCode;
  if (typeof kind === "string" && unavailableKinds.has(kind)) return true;
  return typeof message === "string" && clientTexts.test(message) ? true : null;
}

const deepest = 5;

function verdictOnCode(code: unknown): boolean | null {
  if (typeof code !== "string") return null;
  if (wayCodes.test(code)) return true;
  if (/^P[1-9]\d{3}$/.test(code)) return unavailablePrismaCodes.has(code) ? true : null;
  if (!/^[0-9A-Z]{5}$/.test(code)) return null;
  return code === insufficientPrivilege || !refusalClasses.has(code.slice(0, 2));
}

/** Sockets, names (EAI_AGAIN, ENOTFOUND) and TLS, as Node calls them. */
const wayCodes = /^(E(?!RR_)[A-Z0-9_]+|ERR_(SSL|TLS)_\w+|CERT_\w+|\w*SELF_SIGNED_CERT\w*|UNABLE_TO_\w+)$/;

/**
 * Classes of SQLSTATE that are about what was asked: unsupported feature, cardinality, data, constraints, syntax and names, check
 * option, program limits (a row too long for its index), exceptions raised by triggers. (PostgreSQL manual, appendix A.)
 */
const refusalClasses = new Set(["0A", "21", "22", "23", "42", "44", "54", "P0"]);
/** In the class of syntax, but about rights that somebody took away, whatever is asked. */
const insufficientPrivilege = "42501";

/** Prisma error reference: the server away, its name or credentials wrong, full or closing, a transaction that got no turn. */
const unavailablePrismaCodes = new Set([
  "P1000",
  "P1001",
  "P1002",
  "P1003",
  "P1008",
  "P1010",
  "P1011",
  "P1017",
  "P2024",
  "P2028",
  "P2034",
  "P2037",
]);

/** What Prisma's driver adapter makes of faults on the way, leaving the code out. */
const unavailableKinds = new Set([
  "DatabaseNotReachable",
  "ConnectionClosed",
  "SocketTimeout",
  "TlsConnectionError",
  "TransactionAlreadyClosed",
]);

/** Of `pg` itself, which gives its own errors no code and no other language. */
const clientTexts =
  /^Connection terminated|timeout exceeded when trying to connect|not queryable|connection error|server closed the connection|support SSL connections|establishing an SSL connection/i;

import { trustingKeys } from "../adapters/crypto/verify-jws.ts";
import { ConfigError, parseConfig } from "../config.ts";
import { receiptClaimsShape, receiptShape, type ReceiptClaims } from "../contract/receipt.ts";
import { readKeys } from "./read-keys.ts";

export interface ReceiptOptions {
  /** URL or file of a JWK set; left out: COUNTERSIGN_PUBLIC_URL's own. */
  keys?: string;
  commit?: string;
  repository?: string;
  execution?: string;
  state?: string;
  activity?: string;
  /** `iss`, the address of the Countersign that has signed it. */
  issuer?: string;
  verdict: "approve" | "reject" | "any";
}

/**
 * Checks a receipt (`-`: from standard input; a task's output that holds one will do) and that it says what is expected; prints its claims
 * as JSON. Throws ReceiptUnfit if it does not, ConfigError where the keys cannot be read.
 */
export async function receiptVerifyCommand(
  environment: Readonly<Record<string, string | undefined>>,
  receipt: string,
  options: ReceiptOptions,
  { print, readInput }: { print: (line: string) => void; readInput: () => Promise<string> },
): Promise<void> {
  const { publicUrl, host, port } = parseConfig(environment, { embedded: true });
  const keys = await readKeys(
    options.keys ?? `${publicUrl ?? `http://${host}:${port}`}/.well-known/countersign-keys.json`,
  );
  const jws = jwsIn(receipt === "-" ? await readInput() : receipt);
  const checked = await trustingKeys(keys)(jws, "countersign-receipt+jwt");
  if ("fault" in checked) throw new ReceiptUnfit(`The receipt is not genuine. ${checked.fault}`);
  const claims = receiptClaimsShape.parse(JSON.parse(checked.payload));
  const faults = faultsOf(claims, options);
  if (faults.length > 0) throw new ReceiptUnfit(`The receipt is genuine, but ${faults.join("; ")}.`);
  print(JSON.stringify(claims, null, 2));
}

/** A receipt that nobody we trust has signed, or that says something else than what was expected. */
export class ReceiptUnfit extends Error {
  override name = "ReceiptUnfit";
}

function jwsIn(given: string): string {
  const trimmed = given.trim();
  if (!trimmed.startsWith("{")) return trimmed;
  try {
    return receiptShape.parse(JSON.parse(trimmed)).receipt;
  } catch {
    throw new ConfigError("This JSON has no member `receipt`.");
  }
}

function faultsOf(claims: ReceiptClaims, options: ReceiptOptions): string[] {
  const { commit, repository, execution, state, activity, issuer, verdict } = options;
  const differs = (what: string, wanted: string | undefined, is: string | null) =>
    wanted === undefined || wanted.toLowerCase() === is?.toLowerCase()
      ? []
      : [`its ${what} is ${is ?? "not known"}, not ${wanted}`];
  const differsAtAll = (what: string, wanted: string | undefined, is: string | null) =>
    wanted === undefined || wanted === is ? [] : [`its ${what} is ${is ?? "not known"}, not ${wanted}`];
  return [
    ...differs("verdict", verdict === "any" ? undefined : verdict, claims.verdict),
    ...differs("commit", commit, claims.commit),
    ...differs("repository", repository, claims.repository),
    ...differsAtAll("execution", execution, claims.executionArn),
    ...differsAtAll("state", state, claims.state),
    ...differsAtAll("activity", activity, claims.activityArn),
    ...differsAtAll("issuer", issuer?.replace(/\/+$/, ""), claims.iss),
  ];
}

import { createHash } from "node:crypto";
import type { Chaining, ChainedEvent } from "../domain/audit-chain.ts";
import { AuditRuns } from "../domain/audit-runs.ts";
import type { CheckSignature } from "./ports/signer.ts";

export interface ExportReport {
  events: number;
  from: string | null;
  to: string | null;
  /** The key that signed it; null: nobody whom we trust has. */
  signedBy: string | null;
  /** In order of the lines, which count from 1; empty: the file is as it was exported. */
  faults: { line: number; what: string }[];
}

type Seen = Pick<ChainedEvent, "at" | "stream" | "seq">;

const linePattern = /^\{"event":(\{.*\}),"hash":"([0-9a-f]{64})"\}$/s;

/** Checks an export line by line, with nothing but the keys: each hash, each link, that no stream has a gap, the order, the signature. */
export async function verifyExport(
  { chaining, checkSignature }: { chaining: Chaining; checkSignature: CheckSignature },
  lines: AsyncIterable<string>,
): Promise<ExportReport> {
  const report: ExportReport = { events: 0, from: null, to: null, signedBy: null, faults: [] };
  const reader = createLineReader(chaining.digest);
  const digest = createHash("sha256");
  let line = 0;
  let signature: string | null = null;
  for await (const text of lines) {
    line += 1;
    const signed = /^\{"signature":"([^"]*)"\}$/.exec(text)?.[1];
    if (signature !== null) report.faults.push({ line, what: "comes after the signature" });
    else if (signed !== undefined) signature = signed;
    else {
      report.events += 1;
      digest.update(`${text}\n`);
      report.faults.push(...reader.read(line, text));
    }
  }
  report.faults.push(...reader.gaps());
  if (signature === null)
    return {
      ...report,
      faults: [...report.faults, { line, what: "is the last one, and there is no signature" }],
    };
  const checked = await checkSignature(signature, "countersign-export+jwt");
  if ("fault" in checked)
    return {
      ...report,
      faults: [...report.faults, { line, what: `has no good signature. ${checked.fault}` }],
    };
  const { from, to, events, sha256 } = JSON.parse(checked.payload) as {
    from: string | null;
    to: string | null;
    events: number;
    sha256: string;
  };
  if (sha256 !== digest.digest("hex") && report.faults.length === 0)
    report.faults.push({
      line,
      what: `was signed over ${events} events with other bytes; here are ${report.events}`,
    });
  return {
    ...report,
    from,
    to,
    signedBy: checked.kid,
    faults: report.faults.toSorted((a, b) => a.line - b.line),
  };
}

function createLineReader(digest: Chaining["digest"]) {
  const runs = new AuditRuns();
  let last: Seen | null = null;
  return {
    gaps: (): ExportReport["faults"] =>
      [...runs.gaps()].map(({ stream, seq, what, place }) => ({
        line: place,
        what: `comes after a gap: stream ${stream}, event ${seq} ${what}`,
      })),
    read(line: number, text: string): ExportReport["faults"] {
      const [, event = "", hash = ""] = linePattern.exec(text) ?? [];
      if (hash === "") return [{ line, what: "is no line of an export" }];
      if (digest(event) !== hash) return [{ line, what: "was changed: it does not give its hash" }];
      const { at, stream, seq, previousHash } = JSON.parse(event) as Omit<ChainedEvent, "hash">;
      const faults = [];
      if (last !== null && isBefore({ at, stream, seq }, last))
        faults.push({ line, what: "stands at another place than it did" });
      const fault = runs.add({ stream, seq, previousHash, hash }, line);
      if (fault !== null) faults.push({ line, what: fault });
      last = { at, stream, seq };
      return faults;
    },
  };
}

function isBefore(one: Seen, other: Seen): boolean {
  if (one.at !== other.at) return one.at < other.at;
  const order = Buffer.compare(Buffer.from(one.stream), Buffer.from(other.stream));
  return order === 0 ? one.seq <= other.seq : order < 0;
}

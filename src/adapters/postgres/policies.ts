import { builtInPolicy, type Policy } from "../../domain/policy/policy.ts";
import { chaining } from "../crypto/chaining.ts";
import type { Database } from "./database.ts";

/** A task's input may ask for rules of its own, so there is no end of different policies. */
const keptMax = 1_000;

/** The policies under which approvals were opened. What a digest names never changes, so each is read once. */
export interface Policies {
  /** Reads those of these digests that are not in memory. Throws if one is not there, or is not what its digest says. */
  of(digests: readonly (string | null)[]): Promise<(digest: string | null) => Policy>;
  /** The table is known to have this one. */
  isStored(digest: string): boolean;
  stored(digest: string, body: string): void;
}

export function createPolicies(database: Database): Policies {
  const kept = new Map<string, Policy>();
  const keep = (digest: string, policy: Policy) => {
    if (kept.size >= keptMax) kept.delete(kept.keys().next().value ?? "");
    kept.set(digest, policy);
  };
  return {
    async of(digests) {
      const found = new Map<string, Policy>();
      const wanted = new Set(digests.filter((digest) => digest !== null));
      for (const digest of wanted) {
        const policy = kept.get(digest);
        if (policy !== undefined) found.set(digest, policy);
      }
      const absent = [...wanted].filter((digest) => !found.has(digest));
      for (const { digest, body } of absent.length === 0 ? [] : await read(database, absent)) {
        const policy = parsePolicy(digest, body);
        found.set(digest, policy);
        keep(digest, policy);
      }
      return (digest) => {
        if (digest === null) return builtInPolicy;
        const policy = found.get(digest);
        if (policy === undefined) throw new Error(`the policy ${digest} is not there`);
        return policy;
      };
    },
    isStored: (digest) => kept.has(digest),
    stored(digest, body) {
      if (!kept.has(digest)) keep(digest, parsePolicy(digest, body));
    },
  };
}

function read(database: Database, digests: readonly string[]): Promise<{ digest: string; body: string }[]> {
  return database.run((client) => client.policy.findMany({ where: { digest: { in: [...digests] } } }));
}

/** Throws if the body is not what its digest says. */
export function parsePolicy(digest: string, body: string): Policy {
  if (chaining.digest(body) !== digest) throw new Error(`the policy ${digest} is not what its digest says`);
  return JSON.parse(body) as Policy;
}

import { createHash } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import { ipKeyGenerator, rateLimit, type Store } from "express-rate-limit";
import type { FailureCounts } from "../application/ports/failures.ts";
import { callerIn } from "./authenticate.ts";
import { HttpProblem } from "./problem.ts";

const minuteMs = 60_000;

/** Requests of one address that nobody valid sends, before it has to wait. */
const strangersPerMinute = 60;

/** Failed sign-ins of one address: a person who mistypes needs a few. */
const signInsPerMinute = 10;

/** Failed sign-ins with one e-mail address, from wherever they come: a million machines guess no faster than this. */
const signInsPerAccount = 50;
const accountWindowMs = 15 * minuteMs;

/** Counts requests that nobody valid sends, and stops whoever sends too many. Whoever proves who they are never meets it. */
export function strangerLimit(counts: FailureCounts): RequestHandler {
  return limit(counts, "stranger", {
    windowMs: minuteMs,
    most: strangersPerMinute,
    keyOf: addressOf,
    counts: "every request",
    why: "Too many requests without a valid sign-in from this address: wait a minute.",
  });
}

/** Counts sign-ins that fail, by where they come from and by whom they are for. Needs the parsed body. */
export function signInLimits(counts: FailureCounts): RequestHandler[] {
  return [
    limit(counts, "sign-in", {
      windowMs: minuteMs,
      most: signInsPerMinute,
      keyOf: addressOf,
      counts: "failures",
      why: "Too many failed sign-ins from this address: wait a minute.",
    }),
    limit(counts, "account", {
      windowMs: accountWindowMs,
      most: signInsPerAccount,
      keyOf: accountOf,
      counts: "failures",
      why: "Too many failed sign-ins with this e-mail address: wait a quarter of an hour.",
    }),
  ];
}

/** Counts wrong passwords of somebody who is signed in: whoever finds a session open must not find the password by it. */
export function passwordLimit(counts: FailureCounts): RequestHandler {
  return limit(counts, "password", {
    windowMs: accountWindowMs,
    most: signInsPerMinute,
    keyOf: (_request, response) => callerIn(response).id,
    counts: "failures",
    why: "Too many wrong passwords: wait a quarter of an hour.",
  });
}

interface Limit {
  windowMs: number;
  most: number;
  keyOf: (request: Request, response: Response) => string;
  /** Failures: what the server answers with a status of 400 and above. */
  counts: "every request" | "failures";
  why: string;
}

function limit(
  counts: FailureCounts,
  what: string,
  { windowMs, most, keyOf, ...rest }: Limit,
): RequestHandler {
  return rateLimit({
    windowMs,
    limit: most,
    keyGenerator: (request, response) => `${what} ${keyOf(request, response)}`,
    skipSuccessfulRequests: rest.counts === "failures",
    store: storeOf(counts, windowMs, most),
    standardHeaders: "draft-8",
    legacyHeaders: false,
    handler: () => {
      throw new HttpProblem("too_many_requests", rest.why);
    },
  });
}

function addressOf(request: Request): string {
  // A household has a whole network of IPv6: the library counts it as one.
  return ipKeyGenerator(request.ip ?? "unknown");
}

/** As a digest: what people type there by mistake, a password, must not stand in a table. */
function accountOf(request: Request): string {
  const { email } = (request.body ?? {}) as { email?: unknown };
  const text = typeof email === "string" ? email.trim().toLowerCase() : "";
  return createHash("sha256").update(text).digest("hex");
}

/** Whoever is over the limit is remembered here, so that a flood costs the database nothing more. */
const rememberedMax = 10_000;

function storeOf(counts: FailureCounts, windowMs: number, most: number): Store {
  const stopped = new Map<string, number>();
  return {
    // Other processes count the same keys.
    localKeys: false,
    async increment(key) {
      const until = stopped.get(key) ?? 0;
      if (until > Date.now()) return { totalHits: most + 1, resetTime: new Date(until) };
      stopped.delete(key);
      const { count, resetsInMs } = await counts.add(key, windowMs);
      const resetTime = new Date(Date.now() + resetsInMs);
      if (stopped.size >= rememberedMax) stopped.clear();
      if (count > most) stopped.set(key, resetTime.getTime());
      return { totalHits: count, resetTime };
    },
    // The library waits for this after the reply, where nobody hears of a database that is away: then one failure too many is counted.
    decrement: (key) => counts.takeBack(key).catch(() => undefined),
    resetKey: (key) => counts.takeBack(key),
  };
}

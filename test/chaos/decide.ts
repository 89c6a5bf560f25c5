import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Reply } from "./evidence.ts";
import type { Plan } from "./plan.ts";

/** A bot with a token of its own. */
export interface Decider {
  name: string;
  token: string;
}

export interface Deciders {
  replies: readonly Reply[];
  /** Resolves when nobody waits for an answer any more; looks for no new approvals from now on. */
  close(): Promise<void>;
}

const pageShape = z.object({
  items: z.array(z.object({ id: z.string(), commit: z.string().nullable() })),
  nextCursor: z.string().nullable(),
});
const decidedShape = z.object({ decision: z.object({ id: z.string() }) });

/** The machine may be small, and all of it is on one: more at once would measure the machine. */
const racesAtOnce = 12;

/** Lets so many pass at a time. */
function createTurns(atOnce: number) {
  let free = atOnce;
  const waiting: (() => void)[] = [];
  return {
    async take() {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
    },
    give() {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    },
  };
}

/** How long one decider repeats one decision that gets no answer. */
const patienceMs = 60_000;

/** Looks for pending approvals over REST and lets two or three deciders race for each, with verdicts of their own. */
export function startDeciders(
  { apiUrl, deciders, random }: { apiUrl: string; deciders: readonly Decider[]; random: () => number },
  { decideWithinMs }: Plan,
): Deciders {
  const replies: Reply[] = [];
  const turns = createTurns(racesAtOnce);
  const seen = new Set<string>();
  const races = new Set<Promise<void>>();
  const stop = new AbortController();
  const reader = deciders[0];
  if (reader === undefined) throw new Error("there is no decider");

  const race = async (approval: { id: string; commit: string | null }) => {
    const waitMs = random() * decideWithinMs;
    const first = Math.floor(random() * deciders.length);
    const racers = Array.from({ length: 2 + Math.floor(random() * 2) }, (_, index) => ({
      decider: deciders[(first + index) % deciders.length] ?? reader,
      verdict: random() < 0.7 ? "approve" : "reject",
      byCommit: approval.commit !== null && random() < 0.5,
      laterMs: random() * 20,
    }));
    await delay(waitMs);
    await turns.take();
    try {
      await Promise.all(
        racers.map(async ({ decider, verdict, byCommit, laterMs }) => {
          await delay(laterMs);
          const said = { verdict, comment: `${decider.name} says ${verdict} of ${approval.id}` };
          const decide = async (byCommit: boolean) => {
            const path = byCommit ? "/api/v1/decisions" : `/api/v1/approvals/${approval.id}/decision`;
            const body = byCommit ? { commit: approval.commit, ...said } : said;
            const reply = await ask(apiUrl + path, decider, body);
            replies.push({ approvalId: approval.id, byCommit, decider: decider.name, verdict, ...reply });
            return reply.outcome;
          };
          // A token that came anew waits beside the one that nobody has found dead yet: then the bot names the one that it means.
          if ((await decide(byCommit)) === "ambiguous") await decide(false);
        }),
      );
    } finally {
      turns.give();
    }
  };

  const watch = async () => {
    while (!stop.signal.aborted) {
      for (const approval of await pending(apiUrl, reader)) {
        if (seen.has(approval.id)) continue;
        seen.add(approval.id);
        const running = race(approval).finally(() => void races.delete(running));
        races.add(running);
      }
      await delay(1_000, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };
  const watching = watch();
  return {
    replies,
    async close() {
      stop.abort();
      await watching;
      await Promise.all(races);
    },
  };
}

/** All that wait now; nothing while the API has no answer. */
async function pending(apiUrl: string, { token }: Decider): Promise<{ id: string; commit: string | null }[]> {
  const found: { id: string; commit: string | null }[] = [];
  let cursor: string | null = null;
  try {
    do {
      const query = new URLSearchParams({
        status: "pending",
        limit: "100",
        ...(cursor === null ? {} : { cursor }),
      });
      const response = await fetch(`${apiUrl}/api/v1/approvals?${query.toString()}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      if (!response.ok) return found;
      const page = pageShape.parse(await response.json());
      found.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  return found;
}

/** Asks until there is an answer that is one: the same key makes the repetition safe. */
async function ask(
  url: string,
  { token }: Decider,
  body: object,
): Promise<Pick<Reply, "outcome" | "decisionId" | "detail">> {
  const headers = {
    authorization: `Bearer ${token}`,
    "content-type": "application/json",
    "idempotency-key": randomUUID(),
  };
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline) {
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) }).catch(
      () => null,
    );
    if (response === null || response.status >= 500) {
      await response?.arrayBuffer().catch(() => undefined);
      await delay(500);
      continue;
    }
    const answer: unknown = await response.json().catch(() => null);
    const decided = decidedShape.safeParse(answer);
    const decisionId = decided.success ? decided.data.decision.id : null;
    const detail = `${response.status} ${JSON.stringify(answer)}`;
    if (response.status === 200) return { outcome: "won", decisionId, detail };
    const code = (answer as { code?: unknown } | null)?.code;
    if (code === "already_decided") return { outcome: "already_decided", decisionId, detail };
    if (code === "ambiguous") return { outcome: "ambiguous", decisionId: null, detail };
    if (code === "lapsed") return { outcome: "lapsed", decisionId: null, detail };
    return { outcome: "unexpected", decisionId, detail };
  }
  return { outcome: "unanswered", decisionId: null, detail: `no answer within ${patienceMs} ms` };
}

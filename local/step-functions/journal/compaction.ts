import type { Fact } from "../engine/apply-fact.ts";

/**
 * What a journal can do without: heartbeats that later ones have overtaken, messages that were deleted, executions that were forgotten.
 * The facts that are left make the same world.
 */
export interface Survey {
  /** Takes notice of each fact, first to last. */
  see(fact: Fact): void;
  readonly seen: number;
  /** How many of them can go. */
  readonly spare: number;
  /** The same facts once more, in the same order: what is left of each; null for nothing. */
  leave(fact: Fact): Fact | null;
}

/** Small journals are not worth the work. */
const leastSpare = 1_000;

export function isMostlySpare({ seen, spare }: Survey): boolean {
  return spare > leastSpare && spare * 2 > seen;
}

export function survey(): Survey {
  const lastBeat = new Map<string, number>();
  const deleted = new Set<string>();
  const forgotten = new Set<string>();
  let seen = 0;
  let spare = 0;
  let left = 0;

  function isOvertaken(fact: Fact, number: number): boolean {
    const beat = beatOf(fact);
    return beat !== null && lastBeat.get(beat) !== number;
  }

  return {
    see(fact) {
      seen += 1;
      const beat = beatOf(fact);
      if (beat !== null) {
        if (lastBeat.has(beat)) spare += 1;
        lastBeat.set(beat, seen);
      }
      if (fact.type === "messageDeleted") {
        deleted.add(messageKey(fact.queue, fact.id));
        spare += 2;
      }
      if (fact.type === "executionsForgotten") {
        for (const arn of fact.arns) forgotten.add(arn);
        spare += fact.arns.length;
      }
    },
    get seen() {
      return seen;
    },
    get spare() {
      return spare;
    },
    leave(fact) {
      left += 1;
      if (isOvertaken(fact, left)) return null;
      const kept = withoutMessages(fact, deleted);
      return kept === null ? null : withoutExecutions(kept, forgotten);
    },
  };
}

function beatOf(fact: Fact): string | null {
  if (fact.type !== "executionEvent" || fact.event.type !== "taskHeartbeat") return null;
  return `${fact.arn} ${fact.event.task}`;
}

function messageKey(queue: string, id: string): string {
  return `${queue} ${id}`;
}

function withoutMessages(fact: Fact, deleted: ReadonlySet<string>): Fact | null {
  switch (fact.type) {
    case "messageSent": {
      if (!deleted.has(messageKey(fact.queue, fact.message.id))) return fact;
      // The task that sent it goes on all the same.
      const { answer } = fact;
      return answer === undefined
        ? null
        : { type: "executionEvent", arn: answer.executionArn, event: answer.event };
    }
    case "messagesReceived": {
      const receipts = fact.receipts.filter(({ id }) => !deleted.has(messageKey(fact.queue, id)));
      return receipts.length === 0 ? null : { ...fact, receipts };
    }
    case "messageHidden":
    case "messageDeleted":
      return deleted.has(messageKey(fact.queue, fact.id)) ? null : fact;
    default:
      return fact;
  }
}

function withoutExecutions(fact: Fact, forgotten: ReadonlySet<string>): Fact | null {
  switch (fact.type) {
    case "executionCreated": {
      if (!forgotten.has(fact.execution.arn)) return fact;
      const { answer } = fact;
      return answer === undefined || forgotten.has(answer.executionArn)
        ? null
        : { type: "executionEvent", arn: answer.executionArn, event: answer.event };
    }
    case "executionJoined": {
      const { arn, answer } = fact;
      if (forgotten.has(answer.executionArn)) return null;
      return forgotten.has(arn)
        ? { type: "executionEvent", arn: answer.executionArn, event: answer.event }
        : fact;
    }
    case "executionEvent":
      return forgotten.has(fact.arn) ? null : fact;
    case "taskHandedOut":
    case "tokenIssued":
      return forgotten.has(fact.ref.executionArn) ? null : fact;
    case "executionsForgotten":
      return null;
    default:
      return fact;
  }
}

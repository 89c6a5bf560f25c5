import { z } from "zod";
import type { PageKey } from "../application/ports/approvals.ts";
import { invalid } from "./problem.ts";

const keyShape = z.tuple([z.iso.datetime(), z.uuid()]);

/** A cursor is the last row's key, opaque to callers; rows that arrive meanwhile neither repeat nor hide others. */
export function encodeCursor({ receivedAt, id }: PageKey): string {
  return Buffer.from(JSON.stringify([receivedAt.toISOString(), id])).toString("base64url");
}

export function decodeCursor(cursor: string): PageKey {
  try {
    const [receivedAt, id] = keyShape.parse(JSON.parse(Buffer.from(cursor, "base64url").toString()));
    return { receivedAt: new Date(receivedAt), id };
  } catch {
    throw invalid([
      {
        field: "query.cursor",
        message: "is not a cursor of ours: take `nextCursor` of the page before, unchanged",
      },
    ]);
  }
}

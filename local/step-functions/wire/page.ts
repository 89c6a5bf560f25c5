import { invalidToken } from "../engine/aws-error.ts";

/** AWS's page when the caller names no size, or names 0. */
const defaultSize = 100;

export interface Paging {
  readonly maxResults?: number | null | undefined;
  readonly nextToken?: string | null | undefined;
}

/**
 * Cuts a page out of a list that only grows at its end. `fromEnd` walks it backwards. The token holds the position of the
 * next item, so that what is added meanwhile shifts nothing. Throws InvalidToken.
 */
export function pageOf<Item>(
  items: readonly Item[],
  { maxResults, nextToken }: Paging,
  { fromEnd = false, keep = () => true }: { fromEnd?: boolean; keep?: (item: Item) => boolean } = {},
): { items: Item[]; nextToken?: string } {
  const size = maxResults === undefined || maxResults === null || maxResults === 0 ? defaultSize : maxResults;
  const step = fromEnd ? -1 : 1;
  const chosen: Item[] = [];
  let index =
    nextToken === undefined || nextToken === null ? (fromEnd ? items.length - 1 : 0) : readToken(nextToken);
  for (; index >= 0 && index < items.length; index += step) {
    const item = items[index];
    if (item === undefined || !keep(item)) continue;
    if (chosen.length === size) return { items: chosen, nextToken: writeToken(index) };
    chosen.push(item);
  }
  return { items: chosen };
}

function writeToken(index: number): string {
  return Buffer.from(`page:${index}`).toString("base64");
}

function readToken(token: string): number {
  const match = /^page:(\d{1,12})$/u.exec(Buffer.from(token, "base64").toString());
  if (match === null) throw invalidToken();
  return Number(match[1]);
}

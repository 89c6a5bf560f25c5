/** Steps that a pattern may take on what was typed: some milliseconds. */
const workMax = 1_000_000;

/**
 * What of a form's pattern the page can tell, before anything is sent; the server judges all of it. It has an engine whose time grows
 * with the text alone, a browser has none: so a pattern that could take long here, or mean something else, is left to the server.
 */
export function patternFault(pattern: string, text: string): string | null {
  // The two engines differ in which spaces and letters beyond ASCII they know.
  if (!/^[\t\n -~]*$/.test(text) || stepsOf(pattern, text.length) > workMax) return null;
  try {
    return new RegExp(pattern, "u").test(text) ? null : `Has to match ${pattern}`;
  } catch {
    return null;
  }
}

/** At most as many: from each start on, each open count takes any length, each choice any way. Repeated groups multiply without end. */
function stepsOf(pattern: string, length: number): number {
  const bare = pattern
    .replace(/\\[pPu]\{[^}]*\}|\\./gu, "a")
    .replace(/\[[^\]]*\]/gu, "a")
    .replace(/\(\?(?::|<\w+>)/gu, "(");
  if (/\)[*+{]/u.test(bare)) return Infinity;
  const open = bare.match(/[*+]|\{\d+,\d*\}/gu)?.length ?? 0;
  const choices = bare.match(/[?|]/gu)?.length ?? 0;
  return (length + 1) ** (open + 2) * 2 ** choices;
}

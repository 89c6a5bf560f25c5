/**
 * Where a text stops being JSON. Node tells it in some of its messages only, so it is looked for: a text that is cut off before that place
 * lacks an end, a longer one holds something unexpected.
 */
export function jsonFaultOffset(text: string): number {
  let sound = 0;
  let broken = text.length + 1;
  while (broken - sound > 1) {
    const middle = Math.floor((sound + broken) / 2);
    if (lacksEndOnly(text.slice(0, middle))) sound = middle;
    else broken = middle;
  }
  return Math.min(sound, text.trimEnd().length);
}

function lacksEndOnly(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    const position = /at position (\d+)/.exec(message)?.[1];
    if (position !== undefined) return Number(position) >= text.length;
    return /end of JSON input/i.test(message);
  }
}

export interface Excerpt {
  text: string;
  /** Lines in the whole text. */
  lines: number;
  shortened: boolean;
}

/** The first lines of a text, by lines and by characters: one line may be 256 KiB long. */
export function excerpt(text: string, maxLines: number, maxCharacters: number): Excerpt {
  let lines = 1;
  let cut = text.length;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    if (lines === maxLines) cut = Math.min(cut, at);
    lines += 1;
  }
  if (cut > maxCharacters) cut = maxCharacters;
  // Never between the halves of a surrogate pair.
  const last = text.charCodeAt(cut - 1);
  if (cut < text.length && last >= 0xd800 && last <= 0xdbff) cut -= 1;
  return { text: text.slice(0, cut), lines, shortened: cut < text.length };
}

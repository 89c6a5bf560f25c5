/** The URL when it is one that a click may open, else null. `javascript:`, `data:` and the like stay text. */
export function safeUrl(text: string): URL | null {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  return url.protocol === "https:" || url.protocol === "http:" ? url : null;
}

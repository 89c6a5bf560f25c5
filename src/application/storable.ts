/** Postgres keeps neither U+0000 nor half a surrogate pair in a text. (A JSON input holds them as escapes, which survive.) */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll("\u0000", "\uFFFD");
}

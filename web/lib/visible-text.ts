/* eslint-disable no-control-regex -- making control characters visible is the point */

/**
 * C0 controls (but tab and line feed), DEL, C1 controls, and the invisible characters that reorder or hide text: a reviewer must
 * see what is there, not what somebody arranged for them to see. Joiners (U+200C, U+200D) stay: emoji and Persian need them.
 */
const hidden =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g;

/** The text with everything invisible made visible: NUL becomes ␀, a bidirectional override becomes [U+202E]. */
export function visibleText(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(hidden, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    if (code === 0x7f) return "\u2421";
    return `[U+${code.toString(16).toUpperCase().padStart(4, "0")}]`;
  });
}

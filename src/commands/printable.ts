/** Foreign text, made harmless: it may not move the cursor of whoever reads it in a terminal. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "\uFFFD");
}

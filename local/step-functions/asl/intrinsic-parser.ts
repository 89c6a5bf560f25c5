/** An intrinsic function as it is written: `States.Format('{} of {}', $.part, States.MathAdd($.n, 1))`. */
export type IntrinsicNode =
  | { readonly kind: "call"; readonly name: string; readonly args: readonly IntrinsicNode[] }
  | { readonly kind: "path"; readonly path: string }
  /** `raw` still has its backslashes: in a template for Format, `\{` is not a brace to be filled. */
  | { readonly kind: "text"; readonly raw: string }
  | { readonly kind: "literal"; readonly value: number | boolean | null };

interface Cursor {
  readonly text: string;
  at: number;
}

/** Nesting that AWS allows: https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html. */
const deepest = 10;

/** Parses a whole expression; undefined if it is none. */
export function parseIntrinsic(text: string): IntrinsicNode | undefined {
  const cursor = { text, at: 0 };
  const node = parseCall(cursor, 1);
  skipSpace(cursor);
  return cursor.at === text.length ? node : undefined;
}

function skipSpace(cursor: Cursor): void {
  while (/\s/u.test(cursor.text.charAt(cursor.at))) cursor.at += 1;
}

/** Takes what matches here; the pattern must be sticky. */
function take(cursor: Cursor, pattern: RegExp): string | undefined {
  skipSpace(cursor);
  pattern.lastIndex = cursor.at;
  const match = pattern.exec(cursor.text);
  if (match === null) return undefined;
  cursor.at = pattern.lastIndex;
  return match[0];
}

function parseCall(cursor: Cursor, depth: number): IntrinsicNode | undefined {
  const name = take(cursor, /States\.[A-Za-z0-9]+/y);
  if (name === undefined || depth > deepest || take(cursor, /\(/y) === undefined) return undefined;
  const args: IntrinsicNode[] = [];
  if (take(cursor, /\)/y) !== undefined) return { kind: "call", name, args };
  for (;;) {
    const arg = parseArgument(cursor, depth);
    if (arg === undefined) return undefined;
    args.push(arg);
    const separator = take(cursor, /[,)]/y);
    if (separator === ")") return { kind: "call", name, args };
    if (separator === undefined) return undefined;
  }
}

function parseArgument(cursor: Cursor, depth: number): IntrinsicNode | undefined {
  const text = take(cursor, /'(?:[^'\\]|\\[^])*'/y);
  if (text !== undefined) return { kind: "text", raw: text.slice(1, -1) };
  const literal = take(cursor, /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|(?:true|false|null)\b/y);
  if (literal !== undefined)
    return { kind: "literal", value: JSON.parse(literal) as number | boolean | null };
  // Brackets may hold commas, spaces and parentheses of their own.
  const path = take(cursor, /\$(?:\[(?:'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*"|[^\]'"])*\]|[^\s,()[\]])*/y);
  if (path !== undefined) return { kind: "path", path };
  return parseCall(cursor, depth + 1);
}

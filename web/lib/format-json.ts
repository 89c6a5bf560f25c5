/**
 * Indents JSON without touching a single token: numbers beyond 2^53 keep their digits, escapes stay escapes, a key that occurs
 * twice is shown twice. `JSON.stringify(JSON.parse(text))` would change all three. What is no JSON comes back as it is.
 */
export function formatJson(text: string): string {
  if (!isJson(text)) return text;
  const out: string[] = [];
  let depth = 0;
  for (const token of tokens(text)) {
    if (token === "{" || token === "[") {
      depth += 1;
      out.push(token, lineBreak(depth));
    } else if (token === "}" || token === "]") {
      depth -= 1;
      const before = out.at(-2);
      // An empty object or array stays on its line.
      if ((before === "{" || before === "[") && out.at(-1)?.startsWith("\n") === true) out.pop();
      else out.push(lineBreak(depth));
      out.push(token);
    } else if (token === ",") {
      out.push(token, lineBreak(depth));
    } else {
      out.push(token === ":" ? ": " : token);
    }
  }
  return out.join("");
}

const token = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/gs;

function* tokens(text: string): Generator<string> {
  for (const match of text.matchAll(token)) yield match[0];
}

/** Deep nesting must not push the text out of sight, nor make 256 KiB of brackets a gigabyte of blanks. */
const deepestIndent = 24;

function lineBreak(depth: number): string {
  return `\n${"  ".repeat(Math.min(depth, deepestIndent))}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

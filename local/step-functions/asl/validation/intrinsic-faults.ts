import type { IntrinsicNode } from "../intrinsic-parser.ts";
import { parseIntrinsic } from "../intrinsic-parser.ts";
import { isPath } from "../scope.ts";

/** How many arguments each function takes: https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html. */
const arities: ReadonlyMap<string, readonly [least: number, most: number]> = new Map([
  ["States.Array", [0, Infinity]],
  ["States.ArrayContains", [2, 2]],
  ["States.ArrayGetItem", [2, 2]],
  ["States.ArrayLength", [1, 1]],
  ["States.ArrayPartition", [2, 2]],
  ["States.ArrayRange", [3, 3]],
  ["States.ArrayUnique", [1, 1]],
  ["States.Base64Decode", [1, 1]],
  ["States.Base64Encode", [1, 1]],
  ["States.Format", [1, Infinity]],
  ["States.Hash", [2, 2]],
  ["States.JsonMerge", [3, 3]],
  ["States.JsonToString", [1, 1]],
  ["States.MathAdd", [2, 2]],
  ["States.MathRandom", [2, 3]],
  ["States.StringSplit", [2, 2]],
  ["States.StringToJson", [1, 1]],
  ["States.UUID", [0, 0]],
]);

/** Whether a text is a call of functions that exist, each with as many arguments as it takes. */
export function isIntrinsicCall(text: string): boolean {
  const node = parseIntrinsic(text);
  return node !== undefined && isSound(node);
}

function isSound(node: IntrinsicNode): boolean {
  switch (node.kind) {
    case "literal":
      return true;
    case "path":
      return isPath(node.path);
    case "text":
      // A backslash escapes quotes, braces and itself: https://states-language.net/spec.html#intrinsic-functions.
      return /^(?:[^\\]|\\['{}\\])*$/u.test(node.raw);
    case "call": {
      const [least, most] = arities.get(node.name) ?? [Infinity, 0];
      return node.args.length >= least && node.args.length <= most && node.args.every(isSound);
    }
  }
}

import type { Request } from "express";
import { storableName } from "../contract/text.ts";
import { HttpProblem } from "./problem.ts";

const shape = storableName(300);

/** A name in the path. What no name of ours can be is not found. */
export function pathParameter(request: Request, name: string): string {
  const parsed = shape.safeParse(request.params[name]);
  if (!parsed.success) throw new HttpProblem("not_found", "There is nothing at this address.");
  return parsed.data;
}

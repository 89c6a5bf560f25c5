import type { One } from "./no-cycles.ts";

export interface Other {
  one: One | null;
}

import type { Other } from "./other.ts";

export interface One {
  other: Other | null;
}

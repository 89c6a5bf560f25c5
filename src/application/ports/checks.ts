import type { Check } from "../../domain/check.ts";

export interface CheckStore {
  /** The newest state of each check of a commit, by name. `repository` in any case. */
  of(repository: string, commit: string): Promise<Check[]>;
  forgetBefore(instant: Date): Promise<void>;
}

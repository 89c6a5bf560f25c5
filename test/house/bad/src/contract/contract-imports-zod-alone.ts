import { rule } from "../domain/rule.ts";

export const shape = rule;

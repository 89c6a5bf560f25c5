import { rule } from "../src/domain/rule.ts";

export const shown = rule;

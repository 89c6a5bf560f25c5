import { script } from "../scripts/script.ts";

export const shipped = script;

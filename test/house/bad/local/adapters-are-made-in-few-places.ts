import { adapter } from "../src/adapters/adapter.ts";

export const made = adapter;

import { randomUUID } from "node:crypto";
import type { Entropy } from "../application/deps.ts";

export const systemEntropy: Entropy = { uuid: () => randomUUID(), fraction: () => Math.random() };

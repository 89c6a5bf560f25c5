import { embedded } from "../local/embedded.ts";

export const early = embedded;

import { compose } from "./compose.ts";

export const wired = compose;

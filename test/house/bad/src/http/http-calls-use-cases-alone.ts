import { compose } from "../compose.ts";

export const called = compose;

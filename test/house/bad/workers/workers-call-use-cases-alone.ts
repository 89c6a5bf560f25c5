import { route } from "../src/http/route.ts";

export const called = route;

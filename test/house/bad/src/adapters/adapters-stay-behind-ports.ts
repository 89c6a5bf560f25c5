import { route } from "../http/route.ts";

export const called = route;

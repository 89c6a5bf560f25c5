import { page } from "../web/page.ts";

export const served = page;

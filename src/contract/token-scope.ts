import { z } from "zod";

/** What a bot's bearer token lets it do. */
export const tokenScopeShape = z.enum(["read", "decide", "admin"]);
export type TokenScope = z.infer<typeof tokenScopeShape>;

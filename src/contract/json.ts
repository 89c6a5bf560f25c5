/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | { [member: string]: Json };

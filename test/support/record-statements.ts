import pg from "pg";

export interface Statement {
  text: string;
  values: unknown[];
}

/** What `work` sends to Postgres, whoever sends it. For one piece of work at a time. */
export async function recordStatements(work: () => Promise<unknown>): Promise<Statement[]> {
  const seen: Statement[] = [];
  const prototype = pg.Client.prototype as { query: (...args: unknown[]) => unknown };
  const { query } = prototype;
  prototype.query = function (this: unknown, ...args: unknown[]) {
    const [first, values] = args;
    const { text, values: own } =
      typeof first === "string" ? { text: first, values: undefined } : (first as Statement);
    seen.push({ text, values: own ?? (Array.isArray(values) ? (values as unknown[]) : []) });
    return query.apply(this, args);
  };
  try {
    await work();
  } finally {
    prototype.query = query;
  }
  return seen.filter(({ text }) => /^\s*(select|insert|update|delete|with)\b/i.test(text));
}

/** How Postgres would do it, a line each. */
export async function planOf(client: pg.Client, { text, values }: Statement): Promise<string[]> {
  const { rows } = await client.query<{ "QUERY PLAN": string }>(`explain (costs off) ${text}`, values);
  return rows.map((row) => row["QUERY PLAN"]);
}

import supertest from "supertest";
import { expect } from "vitest";
import type { Product } from "./product.ts";

export const callback = "http://127.0.0.1:3000/api/auth/callback/company";

/** A browser's cookies, by name. */
export type Jar = Map<string, string>;
export const cookieOf = (jar: Jar) => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
function keep(jar: Jar, headers: readonly string[]): void {
  for (const header of headers) {
    const [pair = ""] = header.split(";");
    const at = pair.indexOf("=");
    if (/max-age=0/i.test(header)) jar.delete(pair.slice(0, at));
    else jar.set(pair.slice(0, at), pair.slice(at + 1));
  }
}

/** From the button to the address at which the provider sends the browser back to us. */
export async function goToProvider(on: Product, jar: Jar, to = "/"): Promise<URL> {
  const begun = await supertest(on.app)
    .post("/api/auth/sign-in/social")
    .set({ cookie: cookieOf(jar), origin: "http://127.0.0.1:3000" })
    .send({ provider: "company", to });
  expect([begun.status, begun.text]).toEqual([200, expect.stringContaining('"url"')]);
  keep(jar, begun.headers["set-cookie"] as unknown as string[]);
  const theirs: Jar = new Map();
  let next = new URL((begun.body as { url: string }).url);
  for (let step = 0; step < 10 && !next.href.startsWith(callback); step += 1) {
    const reply = await fetch(next, { redirect: "manual", headers: { cookie: cookieOf(theirs) } });
    keep(theirs, reply.headers.getSetCookie());
    next = new URL(reply.headers.get("location") ?? "", next);
  }
  return next;
}

export async function comeBack(on: Product, jar: Jar, address: URL) {
  const reply = await supertest(on.app)
    .get(`${address.pathname}${address.search}`)
    .set("cookie", cookieOf(jar));
  keep(jar, (reply.headers["set-cookie"] as unknown as string[] | undefined) ?? []);
  return reply;
}

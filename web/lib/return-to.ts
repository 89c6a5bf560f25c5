/**
 * Where to go after signing in: a path of ours, or the inbox. An absolute URL, `//host` and `/\host` (which browsers read
 * as `//host`) would make the sign-in page a springboard to any site.
 */
export function returnTo(wanted: unknown, origin: string): string {
  if (typeof wanted !== "string" || !wanted.startsWith("/") || wanted.startsWith("//")) return "/";
  let url: URL;
  try {
    url = new URL(wanted, origin);
  } catch {
    return "/";
  }
  if (url.origin !== origin || url.pathname.startsWith("//") || url.pathname === "/sign-in") return "/";
  return `${url.pathname}${url.search}${url.hash}`;
}

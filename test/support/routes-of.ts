import type { Express } from "express";

interface Layer {
  /** Mounted without a path of its own. */
  slash: boolean;
  route?: { path: string | string[]; stack: { method: string }[] };
  handle: { stack?: Layer[] };
  match(path: string): boolean;
}

/** Where routers are mounted. One that is mounted elsewhere is not found, and that is an error. */
const mounts = ["/api/v1", "/api/auth", "/api"];

/** Every route of a running app, like `GET /api/v1/approvals/:id`, as Express has them: whoever adds one cannot forget to say so. */
export function routesOf(app: Express): string[] {
  const found = walk((app.router as unknown as { stack: Layer[] }).stack, "");
  return [...new Set(found)].sort();
}

function walk(stack: readonly Layer[], prefix: string): string[] {
  return stack.flatMap((layer) => {
    if (layer.route !== undefined) {
      const { path, stack: handlers } = layer.route;
      return [path]
        .flat()
        .flatMap((each) => handlers.map(({ method }) => `${method.toUpperCase()} ${prefix}${each}`));
    }
    if (layer.handle.stack === undefined) return [];
    return walk(layer.handle.stack, prefix + mountOf(layer));
  });
}

function mountOf(layer: Layer): string {
  if (layer.slash) return "";
  const mount = mounts.find((each) => layer.match(each));
  if (mount === undefined)
    throw new Error("a router is mounted where this test does not look: add it to `mounts`");
  return mount;
}

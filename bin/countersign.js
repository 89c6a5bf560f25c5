#!/usr/bin/env node
import { existsSync } from "node:fs";

const cli = new URL("../dist/src/cli.js", import.meta.url);
if (existsSync(cli)) await import(cli.href);
else {
  console.error("Countersign is not built yet: run `npm run build`.");
  process.exitCode = 1;
}

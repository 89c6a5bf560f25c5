#!/usr/bin/env node
import { existsSync } from "node:fs";

// The AWS SDK tells in seven lines, at every start, that it will want a newer Node one day. That is for us to know, not for whoever
// starts Countersign; every other warning is printed as Node prints it.
const print = process.listeners("warning");
process.removeAllListeners("warning").on("warning", (warning) => {
  if (!warning.message.startsWith("NodeVersionSupportWarning"))
    for (const listener of print) listener(warning);
});

const cli = new URL("../dist/src/cli.js", import.meta.url);
if (existsSync(cli)) await import(cli.href);
else {
  console.error("Countersign is not built yet: run `npm run build`.");
  process.exitCode = 1;
}

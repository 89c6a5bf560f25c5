/**
 * The zones of the house: arrows point to the middle.
 * `entry points → compose → {http, adapters, workers} → application → domain`; `web → contract`; `local` beside them, for the
 * embedded default and for tests. Each rule has a file in test/house/bad that breaks it, and test/house/zones.test.ts proves that it
 * is caught.
 * @type {import("dependency-cruiser").IConfiguration}
 */
module.exports = {
  forbidden: [
    {
      name: "domain-is-pure",
      comment:
        "The domain is rules alone: it imports nothing but itself, not even a builtin of Node. Take what you need as a parameter.",
      severity: "error",
      from: { path: "^src/domain/" },
      to: { pathNot: "^src/domain/" },
    },
    {
      name: "contract-imports-zod-alone",
      comment: "The contract is shared with the browser: it imports zod and itself.",
      severity: "error",
      from: { path: "^src/contract/" },
      to: { pathNot: ["^src/contract/", "node_modules/zod/"] },
    },
    {
      name: "application-looks-inward",
      comment:
        "Use cases know the domain, the contract and builtins of Node; the outside world comes in through ports.",
      severity: "error",
      from: { path: "^src/application/" },
      to: { pathNot: "^src/(application|domain|contract)/", dependencyTypesNot: ["core"] },
    },
    {
      name: "adapters-stay-behind-ports",
      comment:
        "An adapter implements ports: it knows nothing of HTTP, workers, pages, the embedded default or wiring.",
      severity: "error",
      from: { path: "^src/adapters/" },
      to: {
        path: "^(src|workers|local|web)/",
        pathNot: ["^src/(adapters|application|domain|contract)/", "^src/project-file\\.ts$"],
      },
    },
    {
      name: "adapters-call-no-use-case",
      comment:
        "An adapter is called by use cases and calls none: of application/ it knows ports/ and deps.ts.",
      severity: "error",
      from: { path: "^src/adapters/" },
      to: { path: "^src/application/", pathNot: "^src/application/(ports/|deps\\.ts$)" },
    },
    {
      name: "http-calls-use-cases-alone",
      comment:
        "Routes parse, call a use case and present: they know application, domain and contract, and no adapter.",
      severity: "error",
      from: { path: "^src/http/" },
      to: { path: "^(src|workers|local|web)/", pathNot: "^src/(http|application|domain|contract)/" },
    },
    {
      name: "workers-call-use-cases-alone",
      comment:
        "Workers decide how often and how many, never what: they know use cases. Only workers/main.ts opens a process.",
      severity: "error",
      from: { path: "^workers/", pathNot: "^workers/main\\.ts$" },
      to: { path: "^(src|local|web)/", pathNot: "^src/(application|domain)/" },
    },
    {
      name: "web-shares-the-contract-alone",
      comment: "Pages run in a browser: of the server they know the shapes on the wire, src/contract.",
      severity: "error",
      from: { path: "^web/" },
      to: { path: "^(src|workers|local)/", pathNot: "^src/contract/" },
    },
    {
      name: "pages-belong-to-the-browser",
      comment: "The server sends the built pages; it imports nothing of web/.",
      severity: "error",
      from: { path: "^(src|workers|local)/" },
      to: { path: "^web/" },
    },
    {
      name: "local-is-optional",
      comment:
        "An image for production has no embedded default: only `countersign start` (src/cli.ts) and src/commands/with-database.ts load it, when they need it.",
      severity: "error",
      from: { path: "^(src|workers)/", pathNot: "^src/(cli|commands/with-database)\\.ts$" },
      to: { path: "^local/" },
    },
    {
      name: "local-is-loaded-late",
      comment:
        "Whoever may load the embedded default does it with `import()`, so that everything else runs without it.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^local/", dependencyTypesNot: ["dynamic-import", "type-only"] },
    },
    {
      name: "step-functions-is-a-house-of-its-own",
      comment: "The local Step Functions endpoint could be a package: it imports nothing of ours.",
      severity: "error",
      from: { path: "^local/step-functions/" },
      to: { path: "^(src|workers|web|local)/", pathNot: "^local/step-functions/" },
    },
    {
      name: "adapters-are-made-in-few-places",
      comment:
        "Adapters are made and wired in src/compose.ts and src/start-api.ts, by a command, or by the embedded default. src/config-file.ts asks the checker of forms.",
      severity: "error",
      from: {
        pathNot:
          "^(src/adapters/|src/compose\\.ts$|src/start-api\\.ts$|src/config-file\\.ts$|src/commands/|local/main\\.ts$|scripts/|test/|bench/)",
      },
      to: { path: "^src/adapters/" },
    },
    {
      name: "entry-points-alone-wire",
      comment:
        "Importing starts nothing: only an entry point (src/cli.ts, src/server.ts, workers/main.ts, local/main.ts) reaches for what opens and listens.",
      severity: "error",
      from: {
        path: "^(src|workers|local)/",
        pathNot: ["^src/(cli|server|open-process|start-api)\\.ts$", "^(workers|local)/main\\.ts$"],
      },
      to: { path: ["^src/(compose|open-process|start-api|server|cli)\\.ts$", "^(workers|local)/main\\.ts$"] },
    },
    {
      name: "production-ships-its-dependencies",
      comment:
        "What runs in production stands in `dependencies`; what the embedded default alone needs may stand in `optionalDependencies`.",
      severity: "error",
      from: { path: "^(src|workers)/" },
      to: { dependencyTypes: ["npm-dev", "npm-optional", "npm-no-pkg"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "nothing-ships-a-test",
      comment: "What ships imports no test, bench or script.",
      severity: "error",
      from: { path: "^(src|workers|local|web)/" },
      to: { path: "^(test|bench|scripts)/" },
    },
    {
      name: "no-cycles",
      comment: "Two files that import each other are one file, or lack a third.",
      severity: "error",
      from: { path: "^(src|workers|local|web)/" },
      to: { circular: true },
    },
    {
      name: "everything-resolves",
      comment: "This import leads nowhere.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: ["node_modules", "^src/adapters/postgres/generated/"] },
    exclude: { path: ["^dist/", "^test/house/bad/", "^bench/step-function-worker/"] },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};

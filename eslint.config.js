import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/** What ships: everything that runs in a process of Countersign's. */
const product = ["src/**/*.ts", "workers/**/*.ts", "local/**/*.ts"];
const environmentMessage = "An entry point alone reads process.env: take what you need as a parameter.";

export default defineConfig(
  globalIgnores([
    "dist/",
    "src/adapters/postgres/generated/",
    "test/house/bad/",
    "test/fixtures/",
    ".countersign/",
  ]),
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // TanStack Router is told to redirect by throwing.
      "@typescript-eslint/only-throw-error": [
        "error",
        { allow: [{ from: "package", package: "@tanstack/router-core", name: "Redirect" }] },
      ],
      "@typescript-eslint/prefer-promise-reject-errors": "error",
      // A missing case of a union is an error; a default is fine where the cases are open.
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      // Adapters and ports return promises because their interface says so, not because they wait.
      "@typescript-eslint/require-await": "off",
      // Our objects are closures: no method of theirs reads `this`.
      "@typescript-eslint/unbound-method": "off",
      eqeqeq: ["error", "always", { null: "ignore" }],
      "max-lines": ["error", { max: 300, skipBlankLines: false, skipComments: false }],
    },
  },
  {
    files: product,
    rules: {
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: false, skipComments: false }],
      "no-console": "error",
      "no-restricted-properties": [
        "error",
        { object: "process", property: "env", message: environmentMessage },
      ],
      "no-restricted-imports": [
        "error",
        { paths: ["process", "node:process"].map((name) => ({ name, message: environmentMessage })) },
      ],
      "no-restricted-syntax": ["error", { selector: "ExportDefaultDeclaration", message: "Export by name." }],
    },
  },
  {
    // One closure around the whole world of the endpoint; its parts are files of their own already.
    files: ["local/step-functions/engine/engine.ts"],
    rules: { "max-lines-per-function": ["error", 90] },
  },
  {
    files: ["src/cli.ts"],
    rules: { "no-restricted-properties": "off", "no-console": "off" },
  },
  {
    files: ["test/**/*.ts", "bench/**/*.ts"],
    // Wire bodies are of unknown shape, and a wrong one fails the test anyway.
    rules: { "@typescript-eslint/no-base-to-string": "off" },
  },
  {
    files: ["web/**/*.{ts,tsx}"],
    extends: [reactHooks.configs.flat.recommended],
  },
  {
    files: ["**/*.{js,cjs}"],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly" } },
  },
  {
    files: ["**/*.cjs"],
    languageOptions: { sourceType: "commonjs", globals: { module: "writable", require: "readonly" } },
  },
  {
    files: ["web/public/**/*.js"],
    languageOptions: {
      globals: { document: "readonly", localStorage: "readonly", matchMedia: "readonly", window: "readonly" },
    },
    // Runs as it is, in browsers too old for `catch` without a name.
    rules: { "no-unused-vars": ["error", { caughtErrors: "none" }] },
  },
);

import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  plugins: [react()],
  css: { postcss: here(".") },
  // The server replaces the placeholder in index.html with a fresh nonce per request; it must therefore never be cached.
  html: { cspNonce: "__CSP_NONCE__" },
  build: {
    outDir: here("../dist/web"),
    emptyOutDir: true,
    target: "es2022",
    // Inlining assets as data: URLs would need holes in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The first page loads about 590 kB in three files, 185 kB of it on the wire; our budget is 200 kB gzipped.
    chunkSizeWarningLimit: 650,
    rolldownOptions: {
      output: {
        // zod-setup.ts has to run before the first shape is made, in whatever file that is: so it goes where zod is.
        codeSplitting: { groups: [{ name: "zod", test: /node_modules\/zod\/|web\/zod-setup/ }] },
      },
    },
  },
  server: {
    port: 5173,
    proxy: { "/api": { target: "http://127.0.0.1:3000", changeOrigin: false } },
  },
});

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
    // One file of about 570 kB, 175 kB of it on the wire; our budget is 200 kB gzipped.
    chunkSizeWarningLimit: 650,
  },
  server: {
    port: 5173,
    proxy: { "/api": { target: "http://127.0.0.1:3000", changeOrigin: false } },
  },
});

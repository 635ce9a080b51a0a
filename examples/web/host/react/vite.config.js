import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  esbuild: { jsx: "automatic" },
  build: { outDir: process.env.OUT, emptyOutDir: true, target: "es2022", modulePreload: false, assetsInlineLimit: 0 },
});

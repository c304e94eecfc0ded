import { defineConfig } from "vite";

// embed.js is one plain script under a name that never changes: other people's pages name it.
export default defineConfig({
  publicDir: false,
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: false,
    lib: {
      entry: "src/embed/embed.ts",
      formats: ["iife"],
      name: "callcardEmbed",
      fileName: () => "embed.js",
    },
  },
});

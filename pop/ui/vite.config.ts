import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import react from "@vitejs/plugin-react";
import type { Plugin, ProxyOptions } from "vite";
import { defineConfig } from "vitest/config";

const daemon = process.env.CALLCARD_URL ?? "http://127.0.0.1:8080";

const proxy: Record<string, ProxyOptions> = {
  "/api": { target: daemon, changeOrigin: true },
  "/ws": { target: daemon, changeOrigin: true, ws: true },
};

/**
 * dist/index.html is a tracked placeholder, so that the Go program compiles without Node. The built
 * page lies beside it as app.html, which site.go prefers; a build leaves the work tree clean.
 */
const besidePlaceholder = (): Plugin => ({
  name: "callcard-beside-placeholder",
  apply: "build",
  enforce: "post",
  buildStart: () => rmSync("dist/assets", { recursive: true, force: true }),
  generateBundle(_options, bundle) {
    const page = bundle["index.html"];
    if (page) page.fileName = "app.html";
  },
});

const fake = async (): Promise<Plugin> => (await import("./src/test/vitePlugin")).fakeOffice();

/** Tabs of one build share a worker; a page of another build has another one. */
function build(): string {
  const hash = createHash("sha256");
  const files = readdirSync("src", { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  for (const path of files.map((each) => `${each.parentPath}/${each.name}`).sort())
    hash.update(readFileSync(path));
  return hash.digest("hex").slice(0, 12);
}

export default defineConfig(async ({ mode }) => ({
  define: { BUILD: JSON.stringify(build()) },
  worker: { format: "es" as const },
  plugins: [react(), besidePlaceholder(), ...(mode === "fake" ? [await fake()] : [])],
  build: {
    target: "es2023",
    emptyOutDir: false,
    chunkSizeWarningLimit: 1000, // scripts/budget.mjs holds the true limit
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        chunkFileNames: ({ facadeModuleId, name }: { facadeModuleId: string | null; name: string }) => {
          const language = /texts\/(\w+)\/index\.ts$/.exec(facadeModuleId ?? "")?.[1];
          return `assets/${language ?? name}-[hash].js`;
        },
      },
    },
  },
  server: { proxy: mode === "fake" ? {} : proxy },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: "src/test/setup.ts",
    restoreMocks: true,
    testTimeout: 30_000,
    pool: "threads", // a fork can miss its start deadline on a busy machine
    maxWorkers: 2,
  },
}));

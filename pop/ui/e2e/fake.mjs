// Serves the page against the fake office of src/test: what rings and when is the test's choice.
import { createServer, preview } from "vite";

const common = { mode: "fake", logLevel: "error" };
const place = { port: 0, host: "127.0.0.1" };

/** The page from its sources. */
export async function fakeOffice() {
  // The page under test never loads itself anew.
  const server = await createServer({ ...common, server: { ...place, hmr: false, watch: null } });
  await server.listen();
  return around(server);
}

/** The page as it was built, for what is measured. */
export const builtOffice = async () =>
  around(
    await preview({ ...common, build: { outDir: process.env.CALLCARD_DIST ?? "dist" }, preview: place }),
  );

function around(server) {
  const base = `http://127.0.0.1:${server.httpServer.address().port}`;
  const play = async (name) => {
    const answer = await fetch(`${base}/fake/${name}`, { method: "POST" });
    if (!answer.ok) throw new Error(`scene ${name}: ${answer.status}`);
  };
  return { server, base, play };
}

export async function login(page) {
  await page.goto("/");
  await page.locator("input[autocomplete=username]").fill("anna");
  await page.locator("input[autocomplete=current-password]").fill("secret");
  await page.locator("button[type=submit]").click();
  await page.locator("#cards").waitFor();
}

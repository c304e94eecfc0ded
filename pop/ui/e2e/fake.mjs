// Serves the page against the fake office of src/test: what rings and when is the test's choice.
import { createServer, preview } from "vite";

const common = { mode: "fake", logLevel: "error" };
const place = { port: 0, host: "127.0.0.1" };

/** The page from its sources; with a moment, the shared worker lives in that one for ever, as the page of a picture does. */
export async function fakeOffice(moment) {
  // The page under test never loads itself anew.
  const server = await createServer({
    ...common,
    plugins: moment ? [workerAt(moment)] : [],
    server: { ...place, hmr: false, watch: null },
  });
  await server.listen();
  return around(server);
}

const workerAt = (moment) => ({
  name: "worker-at",
  transform: (code, id) => (id.includes("/core/worker.ts") ? `Date.now = () => ${moment};\n${code}` : null),
});

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

export async function login(page, base = "") {
  await page.goto(`${base}/`);
  await page.locator("input[autocomplete=username]").fill("anna");
  await page.locator("input[autocomplete=current-password]").fill("secret");
  await page.locator("button[type=submit]").click();
  await page.locator("#cards").waitFor();
}

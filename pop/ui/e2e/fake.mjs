// Serves the page against the fake office of src/test: what rings and when is the test's choice.
import { createServer } from "vite";

export async function fakeOffice() {
  const server = await createServer({
    mode: "fake",
    logLevel: "error",
    server: { port: 0, host: "127.0.0.1", hmr: { overlay: false } },
  });
  await server.listen();
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

// A browser as a person has it: one window, whose tabs are hidden but for the one in front. Pages that
// Playwright opens by itself all call themselves visible, and Chromium gives those below one frame a second.
import { once } from "node:events";
import { createServer } from "node:net";
import { chromium } from "playwright-core";
import { launch } from "./browser.mjs";

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** The browser's only window; `close` ends the browser. */
export async function personsBrowser({ init } = {}) {
  const port = await freePort();
  const own = await launch([
    `--remote-debugging-port=${port}`,
    "--lang=en-GB",
    "--window-size=1440,900",
    "--force-prefers-reduced-motion",
  ]);
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true });
  const [context] = browser.contexts();
  if (init) await context.addInitScript(init);
  const close = async () => {
    await browser.close();
    await own.close();
  };
  return { context, browser, close };
}

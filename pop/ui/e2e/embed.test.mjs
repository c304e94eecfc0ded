// callcard inside the page of a CRM of another origin: the example page, the real binary and its sample office.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, describe, it } from "node:test";
import { launch, missingBrowser, open, patience } from "./browser.mjs";
import { Daemon } from "./daemon.mjs";
import { soon } from "./demo.mjs";

const skip = missingBrowser() || false;

/** A CRM's server: localhost is another origin than 127.0.0.1. */
async function crm(host) {
  const page = readFileSync(new URL("../examples/crm.html", import.meta.url));
  const server = createServer((_request, response) =>
    response.setHeader("Content-Type", "text/html").end(page),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, origin: `http://${host}:${server.address().port}` };
}

describe("callcard in a CRM's page", { skip, concurrency: false }, () => {
  let allowed;
  let stranger;
  let daemon;
  let browser;

  before(async () => {
    allowed = await crm("127.0.0.1");
    stranger = await crm("localhost");
    daemon = new Daemon(undefined, { CALLCARD_HTTP_EMBED_ORIGINS: allowed.origin });
    await daemon.start();
    browser = await launch();
  }, patience);

  after(async () => {
    await browser?.close();
    await daemon?.remove();
    for (const each of [allowed, stranger]) each?.server.close();
  });

  it("logs in, tells of a card, and shows it", patience, async () => {
    const page = await open(browser, { width: 1280 });
    await page.goto(`${allowed.origin}/crm.html?callcard=${encodeURIComponent(daemon.base)}`);
    await page.getByText("callcard waits for the login").waitFor();
    await page.getByRole("button", { name: "callcard" }).click();
    const panel = page.frameLocator("iframe[title=callcard]");
    await panel.getByLabel("User name").fill("anna");
    await panel.locator("input[autocomplete=current-password]").fill("callcard");
    await panel.locator("input[autocomplete=current-password]").press("Enter");
    await page.getByText("anna has logged in").waitFor();
    await page
      .getByText(/ calls: /)
      .first()
      .waitFor(soon);
    await panel.locator("article").first().waitFor();
    assert.deepEqual(page.faults, []);
  });

  it("rings the agent's phone for a number in the CRM's page", patience, async () => {
    const page = await open(browser, { width: 1280 });
    await page.goto(`${allowed.origin}/crm.html?callcard=${encodeURIComponent(daemon.base)}`);
    await page.getByRole("button", { name: "callcard" }).click();
    const panel = page.frameLocator("iframe[title=callcard]");
    await panel.getByLabel("User name").fill("victor");
    await panel.locator("input[autocomplete=current-password]").fill("callcard");
    await panel.locator("input[autocomplete=current-password]").press("Enter");
    await page.getByText("victor has logged in").waitFor();
    await page.getByRole("link", { name: "+7 903 111-22-33" }).click();
    await page
      .getByText(/your phone rings|busy|conflict/i)
      .first()
      .waitFor();
    assert.deepEqual(page.faults, []);
  });

  it("is not framed by a page that is not allowed", patience, async () => {
    const page = await open(browser, {});
    const refusal = page.waitForEvent("console", (said) => /frame-ancestors/.test(said.text()));
    await page.goto(`${stranger.origin}/crm.html?callcard=${encodeURIComponent(daemon.base)}`);
    await refusal; // by the browser, when the frame's page has come
    assert.equal(await page.frameLocator("iframe").locator("#root").count(), 0);
    assert.ok(!(await page.locator("output").textContent()).includes("waits for the login"));
  });
});

// All tabs of a browser share one connection: counted on the real daemon.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { launch, missingBrowser, open, patience } from "./browser.mjs";
import { Daemon, until } from "./daemon.mjs";
import { banner, login as fillIn, ringingCall, setMode, soon } from "./demo.mjs";

const skip = missingBrowser() || false;
const daemon = new Daemon();
let browser;

async function metric(name) {
  const text = await (await fetch(`${daemon.base}/metrics`)).text();
  return Number(new RegExp(`^${name} (.+)$`, "m").exec(text)?.[1] ?? 0);
}

const oneConnection = () =>
  until("one connection", async () => (await metric("callcard_push_connections")) === 1);

async function login(page) {
  await page.goto("/");
  await fillIn(page);
  await page.locator("#cards").waitFor();
}

async function another(page) {
  const tab = await page.context().newPage();
  tab.faults = page.faults;
  tab.on("pageerror", (error) => page.faults.push(String(error)));
  await tab.goto("/");
  return tab;
}

/** What the second way is tried with: a browser without shared workers. */
const withoutWorkers = (page) => page.addInitScript(() => Reflect.deleteProperty(window, "SharedWorker"));

const ways = [
  ["a shared worker", async () => {}],
  ["an elected tab where there are no shared workers", withoutWorkers],
];

for (const [way, prepare] of ways)
  describe(`one connection for all tabs: ${way}`, { skip, concurrency: false }, () => {
    let first;
    let second;

    before(async () => {
      await daemon.start();
      browser ??= await launch();
      for (const name of ["boris", "victor"])
        await (await daemon.client(name))("PUT", "/me/mode", { mode: "offline" });
      first = await open(browser, { base: daemon.base });
      await prepare(first.context());
      await login(first);
      second = await another(first);
      await second.locator("#cards").waitFor();
    }, patience);

    after(async () => {
      await first?.context().close();
      await daemon.stop();
    });

    it(
      "two tabs, one websocket; both show the ring, and its painting is acknowledged",
      patience,
      async () => {
        await oneConnection();
        await setMode(first, "Ready");
        const call = await ringingCall(first);
        await second.bringToFront();
        await second.locator(`article[data-call="${call}"]`).waitFor();
        await second.getByRole("button", { name: "Change state: Ready", exact: true }).waitFor();
        await until("an acknowledgement", async () => {
          const anna = await daemon.client("anna");
          const { items } = await anna("GET", `/calls/${encodeURIComponent(call)}/trace`).catch(() => ({
            items: [],
          }));
          return items.some((each) => each.stage === "shown");
        });
        await oneConnection();
      },
    );

    it("the tab that is left goes on when the other is closed", patience, async () => {
      await first.close();
      first = second;
      await oneConnection();
      await setMode(first, "Lunch", "Not ready · Lunch");
      second = await another(first);
      await second.getByRole("button", { name: "Change state: Not ready · Lunch", exact: true }).waitFor();
      await oneConnection();
    });

    it("all tabs say that the daemon is gone, and all go on", patience, async () => {
      await daemon.stop();
      for (const tab of [first, second]) {
        await banner(tab).waitFor();
        await tab
          .getByText(/Next try in|Connecting/)
          .first()
          .waitFor();
      }
      await daemon.start();
      for (const tab of [first, second]) await banner(tab).waitFor({ state: "detached", ...soon });
      await oneConnection();
    });

    it("one logs out, all are logged out; one logs in, all are in", patience, async () => {
      await second.bringToFront();
      await second.getByRole("button", { name: "Settings" }).click();
      await second.getByRole("menuitem", { name: "Log out" }).click();
      for (const tab of [first, second]) await tab.getByRole("button", { name: "Log in" }).waitFor();
      await until("no connection", async () => (await metric("callcard_push_connections")) === 0);
      await login(second);
      await first.locator("#cards").waitFor();
      await oneConnection();
      assert.deepEqual(first.faults, []);
    });
  });

after(async () => {
  await browser?.close();
  await daemon.remove();
});

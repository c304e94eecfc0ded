// What a ring does outside of the page, in a real Chromium: sound, title, notification, in two tabs.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { launch, missingBrowser, open, patience } from "./browser.mjs";
import { until } from "./daemon.mjs";
import { fakeOffice, login } from "./fake.mjs";

const skip = missingBrowser() || false;
let office;
let browser;

/** Counts what sounds and keeps what is announced; `page.hide` makes a tab believe that nobody sees it. */
function watch() {
  window.sounding = 0;
  const { start, stop } = AudioBufferSourceNode.prototype;
  AudioBufferSourceNode.prototype.start = function () {
    window.sounding++;
    start.call(this);
  };
  AudioBufferSourceNode.prototype.stop = function () {
    window.sounding--;
    stop.call(this);
  };
  window.notices = [];
  window.Notification = class {
    static permission = "granted";
    constructor(title, options) {
      Object.assign(this, { title, options, open: true });
      window.notices.push(this);
    }
    close() {
      this.open = false;
    }
  };
  window.hide = (hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
    document.dispatchEvent(new Event("visibilitychange"));
  };
}

/** The locks of core/election.ts are given back a moment after a tab was hidden. */
const nobodyLooks = async () =>
  !(await navigator.locks.query()).held.some((lock) => lock.name === "callcard.looking");

describe("a ring outside of the page", { skip, concurrency: false }, () => {
  let tabs;
  const sounding = () => Promise.all(tabs.map((tab) => tab.evaluate(() => window.sounding)));
  const notices = async () =>
    (
      await Promise.all(tabs.map((tab) => tab.evaluate(() => window.notices.filter((each) => each.open))))
    ).flat();
  const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

  before(async () => {
    office = await fakeOffice();
    browser = await launch();
    const first = await open(browser, { base: office.base });
    await first.context().addInitScript(watch);
    const second = await first.context().newPage();
    tabs = [first, second];
    await login(first);
    await second.goto("/");
    await second.locator("#cards").waitFor();
  }, patience);

  after(async () => {
    await browser?.close();
    await office?.server.close();
  });

  it("sounds in one tab of two, until the call is answered", patience, async () => {
    await office.play("internal");
    await until("one tab rings", async () => sum(await sounding()) === 1);
    for (const tab of tabs) {
      await tab.locator('article[data-state="ring"]').waitFor();
      await until("the title", async () => (await tab.title()) === "Ringing: Boris Kuznetsov, 1002");
      assert.equal(await tab.locator('link[rel="icon"]').getAttribute("href"), "/favicon-ring.svg");
    }
    assert.equal(sum(await sounding()), 1);
    await office.play("answer");
    await until("silence", async () => sum(await sounding()) === 0);
    for (const tab of tabs)
      await until("the title goes back", async () => (await tab.title()) === "callcard");
    await office.play("end");
  });

  it("passes to the other tab when the ringing one is closed", patience, async () => {
    await office.play("anonymous");
    await until("one tab rings", async () => sum(await sounding()) === 1);
    const ringing = (await sounding()).indexOf(1);
    await tabs[ringing].close();
    tabs = tabs.filter((_, i) => i !== ringing);
    await until("the other rings", async () => sum(await sounding()) === 1);
    await office.play("withdraw");
    await until("silence", async () => sum(await sounding()) === 0);
    const again = await tabs[0].context().newPage();
    await again.goto("/");
    await again.locator("#cards").waitFor();
    tabs.push(again);
  });

  it("is announced on the desktop once, when no tab is in sight", patience, async () => {
    await tabs[0].getByRole("button", { name: "Settings" }).click();
    await tabs[0].evaluate(() => {
      Notification.requestPermission = async () => "granted";
    });
    await tabs[0].getByRole("menuitemcheckbox", { name: "Desktop notifications" }).click();
    await tabs[0].keyboard.press("Escape");
    await tabs[1].evaluate(() => window.hide(true));
    await office.play("failed");
    await tabs[0].locator('article[data-state="ring"]').waitFor();
    await until("the title of the other", async () => /^Ringing/.test(await tabs[1].title()));
    assert.equal(
      await tabs[1].locator('article[data-state="ring"]').count(),
      0,
      "nothing is drawn for nobody",
    );
    assert.deepEqual(await notices(), [], "one tab is in sight");
    await tabs[1].evaluate(() => window.hide(false));
    await tabs[1].locator('article[data-state="ring"]').waitFor();
    await tabs[1].evaluate(() => window.hide(true));
    await office.play("withdraw");
    await tabs[0].evaluate(() => window.hide(true));
    await until("no tab is looked at", () => tabs[0].evaluate(nobodyLooks));
    await office.play("unknown");
    const [notice] = await until("a notification", async () => {
      const all = await notices();
      return all.length > 0 && all;
    });
    assert.equal(notice.title, "WASHINGTON DC, +1 202 555 0143");
    assert.equal((await notices()).length, 1);
    await office.play("withdraw");
    await until("it goes with the ring", async () => (await notices()).length === 0);
  });
});

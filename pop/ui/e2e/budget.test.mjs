// How the page loads and paints, as Lighthouse counts it: nothing moves when data comes, little is loaded first.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { launch, missingBrowser, open, patience } from "./browser.mjs";
import { Daemon } from "./daemon.mjs";
import { fakeOffice, login } from "./fake.mjs";
import { settle } from "./walk.mjs";
import { watch } from "./watch.mjs";

const skip = missingBrowser() || false;
/** Web Vitals: a good page shifts no more than this while it loads. */
const goodShift = 0.1;
/** Data may change a word in the head of a card; what can be seen to move is more. */
const still = 0.01;

const shifted = (page) =>
  page.evaluate(async () => {
    await window.noted();
    return window.shifts;
  });
const sum = (shifts) => shifts.reduce((all, { value }) => all + value, 0);

describe("budgets", { skip, concurrency: false }, () => {
  let browser;

  before(async () => {
    browser = await launch();
  }, patience);

  after(() => browser?.close());

  it("the desk of the real binary loads within its budget and hardly shifts", patience, async () => {
    const daemon = new Daemon();
    await daemon.start();
    try {
      const page = await open(browser, { base: daemon.base, init: watch });
      const loaded = new Map();
      page.on("response", async (response) => {
        if (!response.url().endsWith(".js")) return;
        const body = await response.body().catch(() => ""); // the page may have gone on
        loaded.set(response.url(), gzipSync(body).length);
      });
      await page.goto("/");
      await page.locator("input[autocomplete=username]").fill("anna");
      await page.locator("input[autocomplete=current-password]").fill("callcard");
      await page.keyboard.press("Enter");
      await page.locator("#cards").waitFor();
      loaded.clear();
      await page.reload();
      await page.locator("#cards").waitFor();
      await settle(page);
      const figures = await page.evaluate(() => ({
        first: Math.round(performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0),
        blocked: window.longTasks.reduce((all, ms) => all + Math.max(0, ms - 50), 0),
      }));
      const bytes = [...loaded.values()].reduce((all, size) => all + size, 0);
      const shift = sum(await shifted(page));
      console.log(
        `reload: first paint ${figures.first} ms, blocked ${figures.blocked} ms, shift ${shift.toFixed(4)}, ${(bytes / 1024).toFixed(1)} KB of scripts, gzip, those loaded afterwards included`,
      );
      assert.ok(shift <= goodShift, JSON.stringify(await shifted(page)));
      await page.context().close();
    } finally {
      await daemon.remove();
    }
  });

  it("nothing moves when the CRM answers: one contact, several, or nobody", patience, async () => {
    const office = await fakeOffice();
    try {
      for (const width of [1280, 400, 360])
        for (const answer of ["found", "foundSeveral", "foundNobody"]) {
          await office.play("reset");
          const page = await open(browser, { base: office.base, width, init: watch });
          await login(page);
          await office.play("pending");
          const card = page.locator('article[data-call="main:11"]');
          await card.waitFor();
          await settle(page);
          await page.evaluate(async () => {
            await window.noted();
            window.shifts.length = 0;
          });
          await office.play(answer);
          await card.and(page.locator('[data-version="2"]')).waitFor();
          const shifts = await shifted(page);
          console.log(`${answer}, ${width} px: shift ${sum(shifts).toFixed(4)}`);
          assert.ok(sum(shifts) < still, JSON.stringify(shifts));
          await page.context().close();
        }
    } finally {
      await office.server.close();
    }
  });
});

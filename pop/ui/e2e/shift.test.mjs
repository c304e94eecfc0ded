// Nothing jumps when a client's data arrives: the browser's own measure of layout shift, with a card below.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { launch, missingBrowser, open, patience } from "./browser.mjs";
import { fakeOffice, login } from "./fake.mjs";
import { settle } from "./walk.mjs";
import { watch } from "./watch.mjs";

const skip = missingBrowser() || false;

describe("layout", { skip, concurrency: false }, () => {
  let office;
  let browser;

  before(async () => {
    office = await fakeOffice();
    browser = await launch();
  }, patience);

  after(async () => {
    await browser?.close();
    await office?.server.close();
  });

  for (const [width, height] of [
    [1440, 900],
    [400, 900],
    [360, 900],
    [360, 640],
  ])
    it(
      `keeps still when the contact, orders and calls come, ${width} × ${height} px`,
      patience,
      async (t) => {
        await office.play("reset");
        const page = await open(browser, { base: office.base, width, height, init: watch });
        await login(page);
        for (const scene of ["internal", "pending"]) await office.play(scene);
        await page.locator('[data-call="main:11"]').waitFor();
        await settle(page); // a card's arrival is over
        await page.evaluate(async () => {
          await window.noted();
          window.shifts.length = 0;
        });
        await office.play("found");
        await page.locator('[data-call="main:11"]').getByText("Delivery of 120 chairs").waitFor();
        await settle(page);
        const shifts = await page.evaluate(async () => {
          await window.noted();
          return window.shifts.map(({ value }) => value);
        });
        const sum = shifts.reduce((all, each) => all + each, 0);
        t.diagnostic(`layout shift ${sum.toFixed(3)} in ${shifts.length} steps`);
        assert.ok(sum < 0.01, `got ${sum}, want less than 0.01`);
        await page.context().close();
      },
    );
});

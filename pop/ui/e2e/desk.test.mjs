// The page in a real Chromium against the real binary and its sample office.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { launch, missingBrowser, open } from "./browser.mjs";
import { Daemon, until } from "./daemon.mjs";

const skip = missingBrowser() || false;
const daemon = new Daemon();
const patience = { timeout: 180_000 };
let browser;
let anna; // REST client
let desk; // the page on which Anna works

async function visit(options = {}) {
  const page = await open(browser, { ...options, base: daemon.base });
  await page.goto("/");
  await page.getByRole("button", { name: /^(Log in|Войти)$/ }).waitFor();
  return page;
}

async function login(page, password = "callcard", username = "anna") {
  await page.getByLabel(/User name|Имя пользователя/).fill(username);
  await page.locator("input[autocomplete=current-password]").fill(password);
  await page.keyboard.press("Enter");
}

async function enter(options) {
  const page = await visit(options);
  await login(page);
  await page.locator("#cards").waitFor();
  return page;
}

async function mode(page, choice) {
  await page.getByRole("button", { name: /Change state|Сменить состояние/ }).click();
  await page.getByRole("menuitem", { name: choice, exact: true }).click();
}

/** A card whose client has a number: the newest that rings or talks. */
const liveCard = (page) =>
  page.locator('article:is([data-state="ring"],[data-state="talk"])').filter({ hasText: "+" }).first();

const faultless = (page) => assert.deepEqual(page.faults, []);

describe("the agent's page", { skip, concurrency: false }, () => {
  before(async () => {
    await daemon.start();
    browser = await launch();
    // Anna's colleagues go home: the sample office rings her.
    for (const name of ["boris", "victor"])
      await (await daemon.client(name))("PUT", "/me/mode", { mode: "offline" });
    anna = await daemon.client("anna");
  }, patience);

  after(async () => {
    await browser?.close();
    await daemon.remove();
  });

  // What was on the glass when a test failed.
  afterEach(async (t) => {
    const path = `test-results/${t.name.replace(/\W+/g, "-")}.png`;
    if (!t.passed) await desk?.screenshot({ path, fullPage: true });
  });

  it(
    "tells a wrong password from no server, and lets the right one in by keyboard alone",
    patience,
    async () => {
      const page = await visit();
      await page.keyboard.type("anna"); // the first field has the focus
      await page.keyboard.press("Tab");
      await page.keyboard.type("wrong");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").getByText("Wrong user name or password").waitFor();
      await page.route("**/api/v1/login", (route) => route.abort());
      await login(page);
      await page.getByRole("alert").getByText("callcard does not answer").waitFor();
      await page.unroute("**/api/v1/login");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Call cards" }).waitFor({ state: "attached" });
      faultless(page);
      desk = page;
    },
  );

  it("pops a card within 5 s of going ready, acknowledged once it was painted", patience, async () => {
    await mode(desk, "Ready");
    const began = Date.now();
    await desk.locator('article[data-state="ring"]').first().waitFor({ timeout: 15_000 });
    console.log(`first card ${Date.now() - began} ms after going ready`);
    const call = await desk.locator("article").first().getAttribute("data-call");
    const trace = await until("the card's receipt", async () => {
      const { items } = await anna("GET", `/calls/${encodeURIComponent(call)}/trace`).catch(() => ({
        items: [],
      }));
      return items.find((each) => each.stage === "shown");
    });
    assert.equal(trace.agent, "anna");
  });

  it("creates a contact from the card and links the call to it", patience, async () => {
    const card = liveCard(desk);
    await card.waitFor({ timeout: 120_000 });
    const call = await card.getAttribute("data-call");
    const mine = desk.locator(`article[data-call="${call}"]`);
    const other = mine.getByRole("button", { name: "Someone else" });
    if (await other.isVisible()) await other.click();
    await mine.getByRole("button", { name: "New contact" }).click();
    const form = mine.getByRole("form", { name: "New contact" });
    assert.match(await form.getByLabel("Number").inputValue(), /^\+\d{10,}$/);
    await form.getByLabel("Name").fill("Olga Testova");
    await form.getByLabel("Company").fill("Acceptance Ltd");
    await form.getByRole("button", { name: "Save contact" }).click();
    await mine.getByText("Olga Testova").first().waitFor();
    const linked = await until("the link", async () => {
      const record = await anna("GET", `/calls/${encodeURIComponent(call)}`);
      return record.contact_name === "Olga Testova" && record;
    });
    assert.equal(linked.client.number.startsWith("+"), true);
  });

  it("offers all who share a number, keeps the choice, and lets it be changed", patience, async () => {
    const card = liveCard(desk);
    await card.waitFor({ timeout: 120_000 });
    const call = await card.getAttribute("data-call");
    const mine = desk.locator(`article[data-call="${call}"]`);
    const { client } = await anna("GET", `/calls/${encodeURIComponent(call)}`);
    for (const name of ["Second Person", "Third Person"])
      await anna("POST", "/contacts", { name, phones: [client.number] });
    const change = mine.getByRole("button", { name: /^(Someone else|Change)$/ });
    const choose = async (name) => {
      if (await change.isVisible()) await change.click();
      await mine.getByRole("button", { name: `Choose ${name}` }).click();
      await until(`${name} is linked`, async () => {
        const record = await anna("GET", `/calls/${encodeURIComponent(call)}`);
        return record.contact_name === name;
      });
      await change.waitFor();
    };
    await choose("Second Person");
    await choose("Third Person");
    await mine.getByText("Third Person").first().waitFor();
    faultless(desk);
  });

  it("keeps what is being typed when other cards come and go", patience, async () => {
    await desk.locator('article[data-state="ring"]').first().waitFor({ timeout: 120_000 });
    const card = desk.locator("article").first();
    const call = await card.getAttribute("data-call");
    const mine = desk.locator(`article[data-call="${call}"]`);
    const open = mine.getByRole("button", { name: /^(Someone else|Change)$/ });
    if (await open.isVisible()) await open.click();
    await mine.getByRole("button", { name: "New contact" }).click();
    await mine.getByLabel("Name").fill("Half a na");
    await until(
      "another card",
      async () => (await desk.locator("article").first().getAttribute("data-call")) !== call,
      120,
    );
    await desk.keyboard.type("me");
    assert.equal(await mine.getByLabel("Name").inputValue(), "Half a name");
    await mine.getByRole("button", { name: "Cancel" }).click();
  });

  it("goes not ready with a reason and back, and the PBX follows", patience, async () => {
    await mode(desk, "Lunch");
    await desk.getByRole("button", { name: "Change state: Not ready · Lunch" }).waitFor();
    const paused = await until("the pause", async () => {
      const { state } = await anna("GET", "/me");
      return state.queues.length > 0 && state.queues.every((queue) => queue.paused) && state;
    });
    assert.equal(paused.reason, "lunch");
    await desk.getByRole("button", { name: "Ready", exact: true }).click();
    await desk.getByRole("button", { name: "Change state: Ready" }).waitFor();
    await until("the end of the pause", async () => {
      const { state } = await anna("GET", "/me");
      return state.queues.every((queue) => !queue.paused);
    });
  });

  it("plays a recording from the list of calls, and filters by number", patience, async () => {
    await desk.getByRole("tab", { name: "Calls" }).click();
    const stored = await until(
      "a stored recording",
      async () => {
        const { items } = await anna("GET", "/calls");
        return items.find(
          (call) =>
            call.recordings.some((each) => /^(stored|verified)$/.test(each.state)) &&
            call.client.number.startsWith("+"),
        );
      },
      120,
    );
    await desk.locator("aside").getByLabel("Number").fill(stored.client.number);
    const row = desk.locator(`li[data-call="${stored.call_id}"]`);
    await row.waitFor();
    await until("the filtered list", async () => {
      const { items } = await anna("GET", `/calls?number=${encodeURIComponent(stored.client.number)}`);
      return (await desk.locator("aside li[data-call]").count()) === items.length;
    });
    await row.getByRole("button", { name: /Recordings/ }).click();
    await row.getByRole("button", { name: "Play", exact: true }).first().click();
    await row
      .getByText(/^0:0[1-9] \/ /)
      .first()
      .waitFor(); // a second of it was played
    await desk.getByRole("button", { name: "Clear the filter" }).click();
  });

  it("shows a missed call as a callback", patience, async () => {
    await mode(desk, "Offline");
    const [first] = await until(
      "a callback",
      async () => {
        const { items } = await anna("GET", "/callbacks?state=open");
        return items.length > 0 && items;
      },
      150,
    );
    await desk.getByRole("tab", { name: /Callbacks/ }).click();
    const list = desk.getByRole("list", { name: "My callbacks" });
    const row = list.locator(`[data-callback="${first.id}"]`);
    await row.getByRole("button", { name: /Show the calls/ }).click();
    // An agent's list holds his own calls only, so it may be empty for a call that rang nobody.
    await desk
      .locator("aside")
      .getByText(/No calls match the filter/)
      .or(desk.locator("aside li[data-call]").first())
      .waitFor();
    assert.equal(await desk.locator("aside").getByLabel("Number").inputValue(), first.client.number);
  });

  it("speaks Russian and turns dark, and remembers both", patience, async () => {
    const page = await enter({});
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByRole("menuitem", { name: "Русский" }).click();
    await page.getByRole("button", { name: "Настройки" }).click();
    await page.getByRole("menuitem", { name: "Тема: тёмная" }).click();
    await page.reload();
    await page.getByRole("tab", { name: /Перезвонить/ }).waitFor();
    const seen = await page.evaluate(() => ({
      language: document.documentElement.lang,
      scheme: document.documentElement.dataset.mantineColorScheme,
      ground: getComputedStyle(document.body).backgroundColor,
    }));
    assert.deepEqual(seen, { language: "ru", scheme: "dark", ground: "rgb(20, 24, 28)" });
    faultless(page);
    await page.context().close();
  });

  it("takes language and theme from the browser at first, and fits into 360 px", patience, async () => {
    const page = await enter({ width: 360, height: 740, language: "ru-RU", dark: true });
    await page.getByRole("tab", { name: "Звонки" }).click();
    await page.locator("aside li[data-call]").first().waitFor();
    const [scheme, width] = await page.evaluate(() => [
      document.documentElement.dataset.mantineColorScheme,
      document.documentElement.scrollWidth,
    ]);
    assert.deepEqual([scheme, width], ["dark", 360]);
    faultless(page);
    await page.context().close();
  });

  it("says that the daemon is gone, and goes on by itself when it is back", patience, async () => {
    await mode(desk, "Ready");
    await daemon.stop();
    await desk.getByText(/is restarting|No connection/).waitFor();
    await desk
      .getByText(/Next try in|Connecting/)
      .first()
      .waitFor();
    await daemon.start();
    await desk.getByText(/is restarting|No connection/).waitFor({ state: "detached", timeout: 40_000 });
    await desk.locator('article[data-state="ring"]').first().waitFor({ timeout: 60_000 });
  });

  it("logs out in every window", patience, async () => {
    const second = await desk.context().newPage();
    await second.goto(daemon.base);
    await second.locator("#cards").waitFor();
    await desk.getByRole("button", { name: "Settings" }).click();
    await desk.getByRole("menuitem", { name: "Log out" }).click();
    await desk.getByRole("button", { name: "Log in" }).waitFor();
    await second.getByRole("button", { name: "Log in" }).waitFor();
  });
});

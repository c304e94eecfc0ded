// The page in a real Chromium against the real binary and its sample office.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { launch, missingBrowser, open, patience } from "./browser.mjs";
import { Daemon, until } from "./daemon.mjs";
import { banner, callers, login, ringingCall, setMode, soon, talkCard } from "./demo.mjs";

const skip = missingBrowser() || false;
const daemon = new Daemon();
let browser;
let anna; // REST client
let desk; // the page on which Anna works

async function visit(options = {}) {
  const page = await open(browser, { ...options, base: daemon.base });
  await page.goto("/");
  await page.getByRole("button", { name: /^(Log in|Войти)$/ }).waitFor();
  return page;
}

async function enter(options) {
  const page = await visit(options);
  await login(page);
  await page.locator("#cards").waitFor();
  return page;
}

/** Opens what chooses among people, unless the card asks for it by itself. */
async function doubt(card) {
  const change = card.getByRole("button", { name: /^(Someone else|Change)$/ });
  const create = card.getByRole("button", { name: "New contact" });
  await change.or(create).first().waitFor();
  if (await change.isVisible()) await change.click();
}

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
    await setMode(desk, "Ready");
    const began = Date.now();
    const call = await ringingCall(desk);
    console.log(`first card ${Date.now() - began} ms after going ready`);
    const trace = await until("the card's receipt", async () => {
      const { items } = await anna("GET", `/calls/${encodeURIComponent(call)}/trace`).catch(() => ({
        items: [],
      }));
      return items.find((each) => each.stage === "shown");
    });
    assert.equal(trace.agent, "anna");
  });

  it("creates a contact from the card and links the call to it", patience, async () => {
    const { call, card: mine } = await talkCard(desk);
    await doubt(mine);
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
    for (const name of ["Second Person", "Third Person"])
      await anna("POST", "/contacts", { name, phones: callers });
    const { call, card: mine } = await talkCard(
      desk,
      desk.getByRole("button", { name: "Choose Second Person" }),
    );
    const change = mine.getByRole("button", { name: "Change", exact: true });
    const choose = async (name) => {
      await mine.getByRole("button", { name: `Choose ${name}` }).click();
      await until(`${name} is linked`, async () => {
        const record = await anna("GET", `/calls/${encodeURIComponent(call)}`);
        return record.contact_name === name;
      });
      await change.waitFor();
    };
    await choose("Second Person");
    await change.click();
    await choose("Third Person");
    await mine.getByText("Third Person").first().waitFor();
    faultless(desk);
  });

  it("keeps what is being typed when other cards come and go", patience, async () => {
    const { card: mine } = await talkCard(desk);
    await doubt(mine);
    await mine.getByRole("button", { name: "New contact" }).click();
    const form = mine.getByRole("form", { name: "New contact" });
    await form.getByLabel("Name").fill("Half a na");
    const calls = () => desk.locator("article").evaluateAll((all) => all.map((each) => each.dataset.call));
    const before = await calls();
    await until("another card", async () => (await calls()).some((call) => !before.includes(call)), 240);
    await desk.keyboard.type("me");
    assert.equal(await form.getByLabel("Name").inputValue(), "Half a name");
    await form.getByRole("button", { name: "Cancel" }).click();
  });

  it("goes not ready with a reason and back, and the PBX follows", patience, async () => {
    await setMode(desk, "Lunch", "Not ready · Lunch");
    const paused = await until("the pause", async () => {
      const { state } = await anna("GET", "/me");
      return state.queues.length > 0 && state.queues.every((queue) => queue.paused) && state;
    });
    assert.equal(paused.reason, "lunch");
    await desk.getByRole("button", { name: "Ready", exact: true }).click();
    await desk.getByRole("button", { name: "Change state: Ready", exact: true }).waitFor();
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
      240,
    );
    await desk.locator("aside").getByLabel("Number").fill(stored.client.number);
    const row = desk.locator(`aside li[data-call="${stored.call_id}"]`);
    await row.waitFor();
    await until("the filtered list", async () => {
      const { items } = await anna("GET", `/calls?number=${encodeURIComponent(stored.client.number)}`);
      return (await desk.locator("aside li[data-call]").count()) === items.length;
    });
    await row.getByRole("button", { name: /Recordings/ }).click();
    await row.getByRole("button", { name: "Play", exact: true }).first().click();
    await row
      .getByText(/^(?!0:00)\d+:\d\d \/ /)
      .first()
      .waitFor(); // a second of it was played
    await desk.getByRole("button", { name: "Clear the filter" }).click();
  });

  it("shows a missed call as a callback", patience, async () => {
    await setMode(desk, "Offline");
    const list = desk.getByRole("list", { name: "My callbacks" });
    const showCalls = async () => {
      await desk.getByRole("tab", { name: /Callbacks/ }).click();
      const id = await list.locator("[data-callback]").first().getAttribute("data-callback", soon);
      const button = list.locator(`[data-callback="${id}"]`).getByRole("button", { name: /Show the calls/ });
      // Who is reached in this moment is owed nothing any more, and his row goes.
      return button.click({ timeout: 10_000 }).then(
        () => id,
        () => "",
      );
    };
    const { client } = await anna("GET", `/callbacks/${await until("the calls of a callback", showCalls)}`);
    // An agent's list holds his own calls only, so it may be empty for a call that rang nobody.
    await desk
      .locator("aside")
      .getByText(/No calls match the filter/)
      .or(desk.locator("aside li[data-call]"))
      .first()
      .waitFor();
    assert.equal(await desk.locator("aside").getByLabel("Number").inputValue(), client.number);
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
    await setMode(desk, "Ready");
    await daemon.stop();
    await banner(desk).waitFor();
    await desk
      .getByText(/Next try in|Connecting/)
      .first()
      .waitFor();
    await daemon.start();
    await banner(desk).waitFor({ state: "detached", ...soon });
    await ringingCall(desk);
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

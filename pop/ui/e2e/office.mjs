// A whole office: Asterisk with phones, the daemon, and two agents with two tabs each before their browsers.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { open } from "./browser.mjs";
import { Daemon, until } from "./daemon.mjs";
import { Lab } from "./lab.mjs";
import { spread, watch } from "./watch.mjs";
import { Wire } from "./wire.mjs";

const people = [
  { name: "anna", title: "Anna Smirnova", extension: "1001" },
  { name: "boris", title: "Борис Кузнецов", extension: "1002" },
];

const config = ({ ami, tracking, control, recordings }) => ({
  callbacks: { min_talk: "1ms" }, // people in stories are brief
  pbx: [
    {
      id: "main",
      ami: { address: ami, ...tracking },
      control: { ...control, phone_events: true },
      trunks: ["PJSIP/trunk"],
      recordings: { dir: recordings },
    },
  ],
});

/** Written by people, a number has spaces and dashes. */
const loose = (number) => new RegExp(number.replace(/\D/g, "").split("").join("\\D*"));

/** Sends away closed cards and notices, in the page; whether nothing is left. */
function tidy() {
  const buttons = document.querySelectorAll("article [data-key=dismiss], .mantine-Notification-closeButton");
  for (const button of buttons) button.click();
  return document.querySelector("article, .mantine-Notification-root") === null;
}

export class Agent {
  constructor(person, office) {
    Object.assign(this, person);
    this.office = office;
  }

  async enter(browser) {
    this.wire = new Wire(this.office.daemon.port);
    await this.wire.open();
    this.rest = await this.office.daemon.client(this.name);
    const first = await open(browser, { base: this.wire.base, init: watch });
    this.tabs = [first, await first.context().newPage()];
    await first.goto("/");
    await first.locator("input[autocomplete=username]").fill(this.name);
    await first.locator("input[autocomplete=current-password]").fill(this.office.daemon.password);
    await first.keyboard.press("Enter");
    await first.locator("#cards").waitFor();
    await this.tabs[1].goto("/");
    await this.tabs[1].locator("#cards").waitFor();
    await first.bringToFront(); // what lies behind another tab gets one frame a second
  }

  get page() {
    return this.tabs[0];
  }

  /** The card of a client's call, in the first tab or another one. */
  card = (number, page = this.page) => page.locator("article[data-call]").filter({ hasText: loose(number) });

  /** Waits until the card of a client is in a state in every tab: ring, talk, hold, closed … */
  async sees(number, state) {
    for (const tab of this.tabs)
      await this.card(number, tab)
        .and(tab.locator(`[data-state="${state}"]`))
        .waitFor();
  }

  /** Sums a figure over the tabs. */
  async sum(ask) {
    const all = await Promise.all(this.tabs.map((tab) => tab.evaluate(ask)));
    return all.flat().reduce((a, b) => a + b, 0);
  }

  async setMode(mode, reason = "") {
    await this.rest("PUT", "/me/mode", { mode, reason });
    await until(`${this.name} is ${mode}`, async () => {
      const { state } = await this.rest("GET", "/me");
      return (
        state.mode === mode &&
        !state.pending &&
        state.queues.every((queue) => queue.paused === (mode !== "ready"))
      );
    });
  }

  /** No fault was written to the console of a tab, and no tab is wider than its window. */
  async faultless() {
    for (const tab of this.tabs) {
      assert.deepEqual(tab.faults, [], this.name);
      const [got, want] = await tab.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(got <= want, `${this.name}: the page is ${got} px wide, its window ${want} px`);
    }
  }
}

/** Who came back later than the frame waited from then on. */
const since = (frame, painted, seen) => (seen > frame && seen < painted ? seen : frame);

export class Office {
  lab = new Lab();
  #more;

  agents = people.map((person) => new Agent(person, this));
  #clients = 0;
  #open = new Set();

  /** `more` configuration than an office needs. */
  constructor(more = {}) {
    this.#more = more;
  }

  async start(browser) {
    this.browser = browser;
    await this.lab.start();
    this.daemon = new Daemon({ ...config(this.lab.where), ...this.#more });
    await this.daemon.addUser("root", { role: "admin" });
    for (const { name, title, extension } of people)
      await this.daemon.addUser(name, {
        name: title,
        role: "agent",
        interface: `PJSIP/${extension}`,
        extension,
        queues: "support,sales",
      });
    await this.daemon.start();
    this.admin = await this.daemon.client("root");
    await Promise.all(people.map(({ extension }) => this.lab.plug(extension)));
    for (const agent of this.agents) await agent.enter(browser);
  }

  /** A number that nobody has called from. */
  client = () => `+7916${String(1_110_000 + ++this.#clients)}`;

  /** Somebody calls a line of ours; the call belongs to the story and ends with it. */
  async ring(line, from = this.client()) {
    const call = await this.lab.call({ from, to: line });
    this.#open.add(call);
    const forget = (way) => async () => {
      this.#open.delete(call);
      await way();
    };
    return { ...call, over: forget(call.over), hangup: forget(call.hangup) };
  }

  /** The call of a client as the archive has it, when it is there. */
  async record(number) {
    const { items } = await this.admin("GET", `/calls?number=${encodeURIComponent(number)}`);
    return items[0];
  }

  /** A figure of /metrics. */
  async metric(name) {
    const text = await (await fetch(`${this.daemon.base}/metrics`)).text();
    return Number(new RegExp(`^${name} (.+)$`, "m").exec(text)?.[1] ?? 0);
  }

  /** These agents are ready, the others have a break; nothing rings. */
  async onlyReady(...names) {
    await Promise.all(
      this.agents.map((each) =>
        names.includes(each.name) ? each.setMode("ready") : each.setMode("not_ready", "break"),
      ),
    );
  }

  /** Ends what a story left: calls, the cards of them, and what was said on the page. */
  async clear() {
    for (const call of this.#open) await call.hangup().catch(() => {}); // a story that failed may have ended it
    this.#open.clear();
    await until("nobody talks", async () => {
      const { items } = await this.admin("GET", "/agents");
      return items.every((agent) => agent.activity === "idle");
    });
    for (const { tabs } of this.agents)
      for (const tab of tabs)
        await tab
          .locator(
            'article:is([data-state="ring"],[data-state="talk"],[data-state="hold"],[data-state="dial"])',
          )
          .first()
          .waitFor({ state: "detached" });
    for (const { tabs } of this.agents)
      for (const tab of tabs) await until("an empty desk", () => tab.evaluate(tidy));
  }

  /** Keeps what everybody sees, and what the daemon said, for whoever looks into a failure. */
  async photograph(path) {
    for (const { name, tabs } of this.agents)
      for (const [i, tab] of tabs.entries())
        await tab.screenshot({ path: `${path}-${name}-${i + 1}.png`, fullPage: true });
    writeFileSync(`${path}.log`, `${this.daemon.log}\n${await this.lab.log()}`);
  }

  /**
   * From the frame in the cable to the card on the glass, in milliseconds; in a page that was hidden from the
   * moment it was seen. A page that came later painted from a snapshot.
   */
  async paints() {
    const all = [];
    for (const { page, wire } of this.agents) {
      const { born, seen, painted } = await page.evaluate(() => ({
        born: performance.timeOrigin,
        seen: window.seenSince ?? 0,
        painted: window.painted,
      }));
      for (const [call, at] of Object.entries(painted))
        if (at > 0 && wire.passed.get(call) > born) all.push(at - since(wire.passed.get(call), at, seen));
    }
    return all;
  }

  async figures() {
    console.log(`frame to painted card, ms: ${spread(await this.paints())}`);
    for (const { name, page } of this.agents)
      console.log(`${name}: long tasks, ms: ${spread(await page.evaluate(() => window.longTasks))}`);
  }

  async stop() {
    for (const { page } of this.agents) await page?.context().close();
    await this.daemon?.remove();
    for (const { wire } of this.agents) wire?.close();
    await this.lab.stop();
  }
}

// An agent's own state through a day, before a real Asterisk: after-call work, what comes after the call, missed offers.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { launch, missingBrowser, patience } from "./browser.mjs";
import { until } from "./daemon.mjs";
import { lines, missingLab } from "./lab.mjs";
import { Office } from "./office.mjs";

const skip = missingBrowser() || missingLab() || false;

const more = {
  desk: { after_call_work: "10m", after_call_extend: "30s", max_extends: 3 },
  agents: { rona_after: 2 },
};

describe("a day at the desk", { skip, concurrency: false }, () => {
  const office = new Office(more);
  const [anna] = office.agents;
  let browser;

  before(async () => {
    browser = await launch();
    await office.start(browser);
  }, patience);

  after(async () => {
    await office.stop();
    await browser?.close();
  }, patience);

  afterEach(async (t) => {
    if (!t.passed) await office.photograph(`test-results/${t.name.replace(/\W+/g, "-")}`);
    await office.onlyReady(); // whatever work after a call is left, ends
    await office.clear();
  }, patience);

  const each = async (look) => {
    for (const tab of anna.tabs) await look(tab);
  };
  const choose = async (name) => {
    await anna.page.getByRole("button", { name: /^Change state/ }).click();
    await anna.page.getByRole("menuitem", { name, exact: true }).click();
  };
  const mode = (tab, name) => tab.getByRole("button", { name: `Change state: ${name}`, exact: true });
  const work = (tab) => tab.locator("article").getByRole("region", { name: "After-call work" });
  const pausedFor = (reason) =>
    until(`the PBX has Anna paused for "${reason}"`, async () => {
      const { state } = await anna.rest("GET", "/me");
      return state.queues.every(
        (queue) => queue.paused === (reason !== "") && (queue.reason ?? "") === reason,
      );
    });

  async function talk() {
    await office.onlyReady("anna");
    const call = await office.ring(lines.support);
    await anna.sees(call.from, "ring");
    await office.lab.answer("1001");
    await anna.sees(call.from, "talk");
    return call;
  }

  it("work after a call is extended and finished; no call comes meanwhile", patience, async () => {
    const call = await talk();
    await call.hangup();
    await each((tab) => work(tab).getByRole("timer").waitFor());
    await pausedFor("acw");
    await work(anna.page).getByRole("button", { name: "+30 s (3 left)" }).click();
    await each((tab) => work(tab).getByRole("button", { name: "+30 s (2 left)" }).waitFor());
    await work(anna.tabs[1]).getByRole("button", { name: "Finish" }).click();
    await each((tab) => work(tab).waitFor({ state: "detached" }));
    await each((tab) => mode(tab, "Ready").waitFor());
    await pausedFor("");
    await anna.faultless();
  });

  it("what is chosen in a call begins after it and its work, and can be taken back", patience, async () => {
    const call = await talk();
    await choose("Lunch");
    await each((tab) => tab.getByText("then Not ready · Lunch", { exact: true }).waitFor());
    await each((tab) => mode(tab, "Ready").waitFor());
    await pausedFor("lunch"); // already now: nothing rings between the call and its end
    await anna.page.getByRole("button", { name: /^Stay as I am/ }).click();
    await each((tab) =>
      tab.getByText("then Not ready · Lunch", { exact: true }).waitFor({ state: "detached" }),
    );
    await pausedFor("");
    await choose("Break");
    await each((tab) => tab.getByText("then Not ready · Break", { exact: true }).waitFor());
    await call.hangup();
    await each((tab) => work(tab).waitFor());
    await each((tab) => mode(tab, "Ready").waitFor());
    await work(anna.page).getByRole("button", { name: "Finish" }).click();
    await each((tab) => mode(tab, "Not ready · Break").waitFor());
    await pausedFor("break");
    await anna.faultless();
  });

  it("who misses two offers gets no more until he says that he is back", patience, async () => {
    await office.onlyReady("anna");
    await office.lab.ring(4);
    const call = await office.ring(lines.support);
    const notice = (tab) => tab.getByRole("status").filter({ hasText: "you did not answer" });
    await each((tab) =>
      notice(tab)
        .getByText(/2 missed calls in a row/)
        .waitFor(),
    );
    await pausedFor("rona");
    await office.lab.ring();
    await each((tab) => mode(tab, "Ready").waitFor()); // it is no choice of hers
    await notice(anna.tabs[1]).getByRole("button", { name: "I am back" }).click();
    await each((tab) => notice(tab).waitFor({ state: "detached" }));
    await pausedFor("");
    await anna.sees(call.from, "ring"); // who waited is offered again
    await office.lab.answer("1001");
    await anna.sees(call.from, "talk");
    await call.hangup();
    const record = await until("the end in the archive", async () => {
      const got = await office.record(call.from);
      return got?.ended && got;
    });
    assert.equal(record.outcome, "answered");
    await anna.faultless();
  });
});

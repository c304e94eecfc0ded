// Real browsers against the real binary and the real Asterisk with real calls.
import { after, afterEach, before, describe } from "node:test";
import { launch, missingBrowser, patience } from "./browser.mjs";
import { missingLab } from "./lab.mjs";
import { Office } from "./office.mjs";
import callbackList from "./stories/callbacklist.mjs";
import callbacks from "./stories/callbacks.mjs";
import cards from "./stories/cards.mjs";
import consult from "./stories/consult.mjs";
import looks from "./stories/looks.mjs";
import network from "./stories/network.mjs";
import ringing from "./stories/ringing.mjs";
import work from "./stories/work.mjs";

const skip = missingBrowser() || missingLab() || false;

describe("two agents in an office", { skip, concurrency: false }, () => {
  const office = new Office();
  let browser;

  before(async () => {
    browser = await launch();
    await office.start(browser);
  }, patience);

  after(async () => {
    await office.figures();
    await office.stop();
    await browser?.close();
  }, patience);

  // What was on the glass when a story failed; the next one begins with an empty desk.
  afterEach(async (t) => {
    if (!t.passed) await office.photograph(`test-results/${t.name.replace(/\W+/g, "-")}`);
    await office.clear();
  }, patience);

  for (const stories of [ringing, cards, work, consult, callbacks, callbackList, network, looks])
    stories(office);
});

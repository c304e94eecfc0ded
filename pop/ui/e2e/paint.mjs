// How long the first card takes from its frame to the glass, on the built page: `node e2e/paint.mjs [rings]`.
// One agent's tab, then two agents' browsers with two tabs each, of which one is in front: what lies behind
// is seen by nobody and counts when it is brought to the front. CALLCARD_TRACE=file keeps Chromium's trace of
// the first part.
import { writeFileSync } from "node:fs";
import { builtOffice, login } from "./fake.mjs";
import { personsBrowser } from "./person.mjs";
import { spread, watch } from "./watch.mjs";

const rings = Number(process.argv[2] ?? 20);
setTimeout(() => process.exit(1), 150_000);
const office = await builtOffice();

const now = () => performance.timeOrigin + performance.now();
const firstPaint = () => Object.values(window.painted).find((at) => at > 0) ?? 0;

/** Until the card in this page was painted, from a moment on. */
async function painted(page, from) {
  const seen = await page.waitForFunction(firstPaint);
  return (await seen.jsonValue()) - from;
}

async function ring(agents, scene) {
  for (const { tabs } of agents)
    for (const tab of tabs) await tab.evaluate(() => Object.assign(window, { painted: {} }));
  await new Promise((wait) => setTimeout(wait, 300));
  const sent = now();
  await office.play(scene);
  return Promise.all(agents.map(({ front }) => painted(front, sent)));
}

/** The other tab comes to the front: its card from the switch to the glass. */
async function turn(agent) {
  const behind = agent.tabs.find((tab) => tab !== agent.front);
  if (!behind) return [];
  if (await behind.evaluate(firstPaint)) throw new Error("a hidden tab has painted");
  const from = now();
  await behind.bringToFront();
  agent.front = behind;
  return [await painted(behind, from)];
}

async function measure(agents, scene) {
  const rung = [];
  const turned = [];
  for (let i = 0; i < rings; i++) {
    rung.push(...(await ring(agents, scene)));
    if (i % 2) for (const agent of agents) turned.push(...(await turn(agent)));
    await office.play("withdraw");
    for (const { front } of agents) await front.locator("article [data-key=dismiss]").click();
    for (const { front } of agents) await front.locator("article").waitFor({ state: "detached" });
  }
  return { rung, turned };
}

async function enter(each) {
  const { context, browser, close } = await personsBrowser({ init: watch });
  const page = context.pages()[0] ?? (await context.newPage());
  const tabs = [page];
  await page.goto(office.base);
  await page.locator("#cards, button[type=submit]").first().waitFor();
  if ((await page.locator("#cards").count()) === 0) await login(page, office.base);
  while (tabs.length < each) {
    const tab = await context.newPage();
    await tab.goto(office.base);
    await tab.locator("#cards").waitFor();
    tabs.push(tab);
  }
  return { tabs, front: tabs.at(-1), browser, close };
}

const categories = [
  "devtools.timeline",
  "disabled-by-default-devtools.timeline",
  "disabled-by-default-v8.cpu_profiler",
  "blink.user_timing",
  "toplevel",
  "cc",
  "v8",
];

/** Chromium's trace while something runs. */
async function traced(browser, file, run) {
  const cdp = await browser.newBrowserCDPSession();
  const parts = [];
  cdp.on("Tracing.dataCollected", ({ value }) => parts.push(...value));
  await cdp.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: categories },
  });
  await run();
  const done = new Promise((resolve) => cdp.once("Tracing.tracingComplete", resolve));
  await cdp.send("Tracing.end");
  await done;
  writeFileSync(file, JSON.stringify({ traceEvents: parts }));
}

async function scenes(agents, title) {
  for (const scene of ["pending", "single"]) {
    const { rung, turned } = await measure(agents, scene);
    console.log(`${title}, ${scene}: ${spread(rung)}`);
    if (turned.length) console.log(`${title}, ${scene}, brought to the front: ${spread(turned)}`);
  }
}

const trace = process.env.CALLCARD_TRACE;
for (const [count, each] of [
  [1, 1],
  [2, 2],
]) {
  const agents = [];
  while (agents.length < count) agents.push(await enter(each));
  await new Promise((wait) => setTimeout(wait, 3000));
  const run = () => scenes(agents, `${count} × ${each} tabs`);
  if (trace && count === 1) await traced(agents[0].browser, trace, run);
  else await run();
  for (const { close } of agents) await close();
}
await office.server.close();
process.exit(0);

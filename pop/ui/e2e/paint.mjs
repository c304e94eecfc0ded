// How long the first card takes from its frame to the glass, on the built page: `node e2e/paint.mjs [rings]`.
// One agent's tab, then two agents with two tabs each. CALLCARD_TRACE=file keeps Chromium's trace of the first part.
import { writeFileSync } from "node:fs";
import { launch, open } from "./browser.mjs";
import { builtOffice, login } from "./fake.mjs";
import { spread, watch } from "./watch.mjs";

const rings = Number(process.argv[2] ?? 20);
setTimeout(() => process.exit(1), 150_000);
const office = await builtOffice();
const browser = await launch();

async function measure(pages, scene) {
  const all = [];
  for (let i = 0; i < rings; i++) {
    for (const page of pages) await page.evaluate(() => Object.assign(window, { painted: {} }));
    await new Promise((wait) => setTimeout(wait, 300));
    const sent = performance.timeOrigin + performance.now();
    await office.play(scene);
    for (const page of pages) {
      await page.waitForFunction(() => Object.values(window.painted).some((at) => at > 0));
      all.push((await page.evaluate(() => Object.values(window.painted)[0])) - sent);
    }
    await office.play("withdraw");
    for (const page of pages.filter((page) => page.context().pages()[0] === page))
      await page.locator("article [data-key=dismiss]").click();
    for (const page of pages) await page.locator("article").waitFor({ state: "detached" });
  }
  return all;
}

async function tabs(agents, each) {
  const pages = [];
  for (let i = 0; i < agents; i++) {
    const first = await open(browser, { base: office.base, init: watch });
    await first.goto("/");
    await first.locator("#cards, button[type=submit]").first().waitFor();
    if ((await first.locator("#cards").count()) === 0) await login(first);
    pages.push(first);
    for (let j = 1; j < each; j++) {
      const page = await first.context().newPage();
      await page.goto("/");
      await page.locator("#cards").waitFor();
      pages.push(page);
    }
  }
  await new Promise((wait) => setTimeout(wait, 3000));
  return pages;
}

const trace = process.env.CALLCARD_TRACE;
for (const [agents, each] of [
  [1, 1],
  [2, 2],
]) {
  const pages = await tabs(agents, each);
  const cdp = trace && agents === 1 ? await browser.newBrowserCDPSession() : undefined;
  const parts = [];
  cdp?.on("Tracing.dataCollected", ({ value }) => parts.push(...value));
  await cdp?.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: {
      includedCategories: [
        "devtools.timeline",
        "disabled-by-default-devtools.timeline",
        "disabled-by-default-v8.cpu_profiler",
        "blink.user_timing",
        "toplevel",
        "cc",
        "v8",
      ],
    },
  });
  for (const scene of ["pending", "single"])
    console.log(`${agents} × ${each} tabs, ${scene}: ${spread(await measure(pages, scene))}`);
  if (cdp) {
    const done = new Promise((resolve) => cdp.once("Tracing.tracingComplete", resolve));
    await cdp.send("Tracing.end");
    await done;
    writeFileSync(trace, JSON.stringify({ traceEvents: parts }));
  }
  for (const page of pages)
    await page
      .context()
      .close()
      .catch(() => {});
}
await browser.close();
await office.server.close();
process.exit(0);

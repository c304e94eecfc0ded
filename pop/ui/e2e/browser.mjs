// Starts Debian's Chromium, quietly and without looking for the outside world.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const executablePath = process.env.CALLCARD_CHROMIUM ?? "/usr/bin/chromium";

const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--autoplay-policy=no-user-gesture-required",
];

/** Why the browser tests cannot run here, or "". In CI nothing may be skipped. */
export function missingBrowser() {
  if (existsSync(executablePath)) return "";
  const why = `${executablePath} is missing: apt-get install chromium`;
  if (process.env.CI) throw new Error(why);
  return why;
}

export const launch = (more = []) =>
  chromium.launch({ executablePath, headless: true, args: [...args, ...more] });

/** Bounds one test. Machines differ by a factor of ten, so it only ends what hangs. */
export const patience = { timeout: 600_000 };
/** Bounds one step in a page. */
const stepTime = 60_000;

/** A new window of its own; `init` runs in its pages before their scripts. Faults are collected in `page.faults`. */
export async function open(
  browser,
  { width = 1440, height = 900, dark = false, language = "en-GB", base, init },
) {
  const context = await browser.newContext({
    baseURL: base,
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    locale: language,
    timezoneId: "Europe/Moscow",
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(stepTime);
  if (init) await context.addInitScript(init);
  context.on("page", listen);
  return context.newPage();
}

function listen(page) {
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("console", (message) => {
    if (
      message.type() === "error" &&
      !/Failed to load resource|WebSocket connection to|ERR_INTERNET_DISCONNECTED/.test(message.text())
    )
      page.faults.push(message.text());
  });
}

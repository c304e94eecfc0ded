// What a page does that no element shows: sounds, notifications, the moment of painting, shifts of the layout.

/** Runs in the page before its own scripts. */
export function watch() {
  window.sounding = 0;
  const { start, stop } = AudioBufferSourceNode.prototype;
  AudioBufferSourceNode.prototype.start = function () {
    window.sounding++;
    start.call(this);
  };
  AudioBufferSourceNode.prototype.stop = function () {
    window.sounding--;
    stop.call(this);
  };
  window.notices = [];
  window.Notification = class {
    static permission = "granted";
    static requestPermission = async () => "granted";
    constructor(title, options) {
      Object.assign(this, { title, options, open: true });
      window.notices.push(this);
    }
    close() {
      this.open = false;
    }
  };
  window.hide = (hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
    if (!hidden) window.seenSince = performance.timeOrigin + performance.now();
    document.dispatchEvent(new Event("visibilitychange"));
  };
  window.shifts = [];
  window.longTasks = [];
  const keep = {
    "layout-shift": (each) => {
      if (!each.hadRecentInput)
        window.shifts.push({
          value: each.value,
          moved: each.sources.map(({ node }) => node?.outerHTML?.slice(0, 120) ?? node?.textContent),
        });
    },
    longtask: (each) => window.longTasks.push(Math.round(each.duration)),
  };
  const observers = Object.entries(keep).map(([type, entry]) => {
    const observer = new PerformanceObserver((list) => list.getEntries().forEach(entry));
    observer.observe({ type, buffered: true });
    return () => observer.takeRecords().forEach(entry);
  });
  // What was painted by now is noted: frames pass, then the observers give up what they hold back.
  window.noted = async () => {
    for (let i = 0; i < 3; i++) await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    for (const take of observers) take();
  };
  window.painted = {};
  const look = () => {
    for (const card of document.querySelectorAll("article[data-call]")) {
      const call = card.dataset.call;
      if (call in window.painted) continue;
      window.painted[call] = 0;
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          window.painted[call] = performance.timeOrigin + performance.now();
          port1.close();
        };
        port2.postMessage(undefined);
      });
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
}

/** p50 and p95 of numbers, for people to read. */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
  return sorted.length ? `p50 ${at(0.5).toFixed(1)}, p95 ${at(0.95).toFixed(1)}, n ${sorted.length}` : "none";
}

// The ways of a browser to a hub, best first: a SharedWorker; one elected tab that serves the others;
// each tab for itself.

import { Hub, type HubOptions } from "./hub";
import { lockOf, type Port, type ToHub, type ToTab, type Way } from "./messages";

/** The hub in the tab itself; no other tab knows of it. */
export const alone = (options: HubOptions): Way => ({
  name: "alone",
  open: (_tab, take) => {
    const hub = new Hub(options);
    const port: Port = { post: take };
    return { post: (message) => hub.take(port, message), close: () => hub.close() };
  },
});

/** Messages that could not be read say that worker and page are of different builds. */
export const byWorker = (start: () => SharedWorker, locks: LockManager | undefined): Way => ({
  name: "worker",
  open: (tab, take, lost) => {
    const over = new AbortController();
    let worker: SharedWorker;
    try {
      worker = start();
    } catch (error) {
      queueMicrotask(() => lost(String(error)));
      return { post: () => {}, close: () => {} };
    }
    worker.addEventListener("error", () => lost("the worker failed"), { signal: over.signal });
    worker.port.addEventListener("messageerror", () => lost("unreadable"), { signal: over.signal });
    worker.port.onmessage = ({ data }: MessageEvent<ToTab>) => take(data);
    const post = (message: ToHub) => worker.port.postMessage(message);
    hold(locks, lockOf(tab), over.signal, () => post({ type: "locked" }));
    const close = () => {
      over.abort();
      worker.port.close();
    };
    return { post, close };
  },
});

type Carried = { to: "hub"; tab: string; message: ToHub } | { to: string; message: ToTab } | { to: "all" };

/** One tab has the hub, as long as it holds the lock; all talk to it through a channel. */
export const byLeader = (name: string, locks: LockManager, options: HubOptions): Way => ({
  name: "leader",
  open: (tab, take) => {
    const over = new AbortController();
    const channel = new BroadcastChannel(name);
    const post = (message: ToHub) => channel.postMessage({ to: "hub", tab, message } satisfies Carried);
    channel.onmessage = ({ data }: MessageEvent<Carried>) => {
      if (data.to === "all") {
        post({ type: "hello", tab }); // a new hub: it has to learn who is here
        hold(locks, lockOf(tab), over.signal, () => post({ type: "locked" }));
      } else if (data.to === tab) take((data as { message: ToTab }).message);
    };
    hold(locks, name, over.signal, () => lead(name, options, over.signal));
    const close = () => {
      over.abort();
      channel.close();
    };
    return { post, close };
  },
});

/** A channel does not hear itself, so the leader's hub has one of its own. */
function lead(name: string, options: HubOptions, signal: AbortSignal): void {
  const hub = new Hub(options);
  const channel = new BroadcastChannel(name);
  const ports = new Map<string, Port>();
  const portOf = (tab: string): Port => {
    const post = (message: ToTab) => channel.postMessage({ to: tab, message } satisfies Carried);
    const port = ports.get(tab) ?? { post };
    ports.set(tab, port);
    return port;
  };
  channel.onmessage = ({ data }: MessageEvent<Carried>) => {
    if (data.to === "hub" && "tab" in data) hub.take(portOf(data.tab), data.message);
  };
  signal.addEventListener("abort", () => {
    hub.close();
    channel.close();
  });
  channel.postMessage({ to: "all" } satisfies Carried);
}

/** Holds a lock until the signal; without locks nothing is held and nothing said. */
function hold(locks: LockManager | undefined, name: string, signal: AbortSignal, held: () => void): void {
  const part = () =>
    new Promise<void>((done) => {
      if (signal.aborted) return done();
      signal.addEventListener("abort", () => done());
      held();
    });
  locks?.request(name, { signal }, part).catch(() => {}); // ended before it was granted
}

/** Settles when nobody holds the lock any more. */
export const released = (locks: LockManager) => async (name: string) => {
  await locks.request(name, () => {});
};

// Lets exactly one of the browser's tabs do a thing. Web Locks hand the part on when the tab that has
// it is closed; they exist on https and localhost only, so plain http uses messages between the tabs.

/** Calls `won` in one tab of those that ask for the same name; `signal` ends the candidacy or the part. */
export type Elect = (name: string, signal: AbortSignal, won: () => void) => void;

export const elect: Elect = (name, signal, won) => {
  if (navigator.locks) byLock(navigator.locks, name, signal, won);
  else byChannel(name, signal, won);
};

function byLock(locks: LockManager, name: string, signal: AbortSignal, won: () => void): void {
  const part = () =>
    new Promise<void>((done) => {
      if (signal.aborted) return done();
      signal.addEventListener("abort", () => done());
      won();
    });
  locks.request(name, { signal }, part).catch(() => {}); // refused: the candidacy was ended
}

/** How long a candidate waits for a better one to speak. */
const hearing = 200;

/** The lowest number wins; who has the part already says so with a zero. */
function byChannel(name: string, signal: AbortSignal, won: () => void): void {
  const channel = new BroadcastChannel(name);
  let rank = 1 + Math.random();
  const timer = setTimeout(() => {
    rank = 0;
    won();
  }, hearing);
  channel.onmessage = ({ data }: MessageEvent<number>) => {
    if (data < rank) clearTimeout(timer);
    else channel.postMessage(rank);
  };
  channel.postMessage(rank);
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    channel.close();
  });
}

const looking = "callcard.looking";

/** Tells the other tabs that somebody looks at this one, until the signal. */
export function look(signal: AbortSignal): void {
  const held = () => new Promise<void>((done) => signal.addEventListener("abort", () => done()));
  navigator.locks?.request(looking, { mode: "shared", signal }, held).catch(() => {});
}

/** Whether any tab is in sight. */
export async function isLookedAt(): Promise<boolean> {
  const state = await navigator.locks?.query();
  return state?.held?.some((lock) => lock.name === looking) ?? false;
}

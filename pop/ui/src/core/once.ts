// Lets one of the browser's tabs do a thing, once in the life of a call, also after a reload.

import type { Elect } from "./election";

const key = "callcard.once";
/** Enough for a day; the oldest leave. */
const most = 200;

function done(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(kept) ? kept.map(String) : [];
  } catch {
    return [];
  }
}

/** Marks the thing as done; false when it was done before, or when nothing can be remembered. */
function take(names: readonly string[]): boolean {
  const before = done();
  if (names.some((name) => before.includes(name))) return false;
  try {
    localStorage.setItem(key, JSON.stringify([...before, ...names].slice(-most)));
    return true;
  } catch {
    return false; // without a memory every tab and every reload would do it again
  }
}

/** How long hidden tabs leave it to the one that is looked at. */
const hiddenWait = 400;

/** `names`: all that the call is called, for merges rename it and other tabs may know it by another one. */
export function once(names: readonly string[], elect: Elect, act: () => void): () => void {
  const part = new AbortController();
  const stand = () =>
    elect(`callcard.once.${[...names].sort()[0]}`, part.signal, () => {
      if (take(names)) act();
      part.abort();
    });
  const timer = setTimeout(stand, document.visibilityState === "visible" ? 0 : hiddenWait);
  return () => {
    clearTimeout(timer);
    part.abort();
  };
}

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
function take(name: string): boolean {
  const before = done();
  if (before.includes(name)) return false;
  try {
    localStorage.setItem(key, JSON.stringify([...before, name].slice(-most)));
    return true;
  } catch {
    return false; // without a memory every tab and every reload would do it again
  }
}

/** How long hidden tabs leave it to the one that is looked at. */
const hiddenWait = 400;

export function once(name: string, elect: Elect, act: () => void): () => void {
  const part = new AbortController();
  const stand = () =>
    elect(`callcard.once.${name}`, part.signal, () => {
      if (take(name)) act();
      part.abort();
    });
  const timer = setTimeout(stand, document.visibilityState === "visible" ? 0 : hiddenWait);
  return () => {
    clearTimeout(timer);
    part.abort();
  };
}

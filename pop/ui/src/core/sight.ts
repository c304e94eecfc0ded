// What a page shows is drawn for eyes: while nobody can see it, its views stand still and leave the
// machine to the tab that is looked at. They catch up before the first frame that somebody sees.

import type { Watchable } from "./emitter";

/** A watched value as it was when the page was last in sight. */
export class Sight<T> implements Watchable<T> {
  readonly #source: Watchable<T>;
  #seen: T;

  constructor(source: Watchable<T>) {
    this.#source = source;
    this.#seen = source.get();
  }

  get = (): T => {
    if (!document.hidden) this.#seen = this.#source.get();
    return this.#seen;
  };

  subscribe = (listener: () => void): (() => void) => {
    const stop = this.#source.subscribe(() => {
      if (!document.hidden) listener();
    });
    const forget = whenSeenAgain(listener);
    return () => {
      stop();
      forget();
    };
  };
}

/** Calls each time the page comes into sight; returns the way to end it. */
export function whenSeenAgain(then: () => void): () => void {
  const changed = () => {
    if (!document.hidden) then();
  };
  document.addEventListener("visibilitychange", changed);
  return () => document.removeEventListener("visibilitychange", changed);
}

/** Now, or once what came meanwhile has been drawn: a hidden page has no card to show yet. */
export function whenSeen(then: () => void): void {
  if (!document.hidden) {
    then();
    return;
  }
  const forget = whenSeenAgain(() => {
    forget();
    requestAnimationFrame(then);
  });
}

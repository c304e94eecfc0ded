/** A value that can be watched; the shape React's useSyncExternalStore wants. */
export interface Watchable<T> {
  get(): T;
  subscribe(listener: () => void): () => void;
}

/** Holds one value; listeners run after each change. */
export class Cell<T> implements Watchable<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get = (): T => this.#value;

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

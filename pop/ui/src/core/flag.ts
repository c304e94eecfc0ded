// A yes or no of this browser, remembered across visits and shared by its tabs.

import { Cell, type Watchable } from "./emitter";

export class Flag implements Watchable<boolean> {
  readonly #key: string;
  readonly #cell: Cell<boolean>;

  constructor(key: string, byDefault: () => boolean) {
    this.#key = key;
    this.#cell = new Cell(this.#remembered() ?? byDefault());
  }

  get = (): boolean => this.#cell.get();

  /** Another tab's change counts here, too. */
  subscribe = (listener: () => void): (() => void) => {
    const stop = this.#cell.subscribe(listener);
    const heard = (event: StorageEvent) => {
      if (event.key === this.#key) this.#cell.set(event.newValue === "on");
    };
    window.addEventListener("storage", heard);
    return () => {
      stop();
      window.removeEventListener("storage", heard);
    };
  };

  set(on: boolean): void {
    this.#cell.set(on);
    try {
      localStorage.setItem(this.#key, on ? "on" : "off");
    } catch {
      // storage may be forbidden; the choice then holds until the page is closed
    }
  }

  #remembered(): boolean | undefined {
    try {
      const word = localStorage.getItem(this.#key);
      return word === null ? undefined : word === "on";
    } catch {
      return undefined;
    }
  }
}

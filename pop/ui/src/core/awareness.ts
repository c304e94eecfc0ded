// What the clock tells about a connection: a machine that slept, or a network that swallows everything without a word.

/** Checks come this often. */
export const pulse = 5_000;
/** A check that comes this much too late means that the machine slept: the socket may be dead without knowing. */
const sleepGap = 90_000;
/** The server asks each 10 s whether somebody is there (pop/push, Options.Ping): two and a half of that without a frame are no chance. */
const silence = 25_000;
/** A check that comes late may come before the frames that wait to be read: once, it waits for one question more. */
const spare = 12_000;

export type Finding = "fine" | "slept" | "silent";

export class Awareness {
  readonly #now: () => number;
  #beat = 0;
  #heard = 0;
  #asks = false;
  #spared = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The checks begin. */
  begin(): void {
    this.#beat = this.#now();
    this.heard();
  }

  /** A connection stands, or a frame has come on it. */
  heard(): void {
    this.#heard = this.#now();
    this.#spared = false;
  }

  /** This server asks whether somebody is there: from now on its silence means something. */
  asked(): void {
    this.#asks = true;
  }

  check(): Finding {
    const now = this.#now();
    const gap = now - this.#beat;
    this.#beat = now;
    if (gap > sleepGap) return "slept";
    if (!this.#asks || now - this.#heard <= silence) return "fine";
    if (gap <= 2 * pulse || this.#spared) return "silent";
    this.#spared = true;
    this.#heard = now - silence + spare;
    return "fine";
  }
}

// A tab's end of the connection: it reaches a hub by the first way that answers, shows the hub's
// status as its own, and finds another way when the hub falls silent.

import type { Ack, AgentState, User } from "../protocol/types";
import type { Status } from "./connection";
import { Cell, type Watchable } from "./emitter";
import type { ToHub, ToTab, Way, Wire } from "./messages";
import type { Command } from "./store";

export interface LinkOptions {
  ways: readonly Way[];
  tab: string;
  now(): number;
  take(message: ToTab): void;
}

/** A hub answers a hello within milliseconds; a worker has to be loaded first. */
const patience = 5000;
/** Hubs ping each 15 s. */
const silence = 60_000;
const pulse = 20_000;

export class Link {
  readonly #options: LinkOptions;
  readonly #status = new Cell<Status>({ state: "idle" });
  readonly status: Watchable<Status> = this.#status;
  #wire: Wire | undefined;
  #way = 0;
  #heard = 0;
  /** True while the way has been opened anew since the last word of its hub. */
  #renewed = false;
  #away = false;
  #deadline: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get way(): string {
    return this.#options.ways[this.#way]?.name ?? "";
  }

  open(): void {
    if (this.#wire) return;
    setInterval(() => this.checkHub(), pulse); // as long as the page lives
    this.#join();
  }

  /** The page is hidden for good or put into the browser's cache; `seen` brings it back. */
  leave(): void {
    this.#away = true;
    this.#post({ type: "bye" });
  }

  start(user: User, self: AgentState | undefined): void {
    this.#post({ type: "start", user, self });
  }

  stop(): void {
    this.#post({ type: "stop" });
  }

  retry(): void {
    this.#post({ type: "retry" });
  }

  seen(): void {
    if (this.#away) this.#hello();
    this.#away = false;
    this.#post({ type: "seen" });
    this.checkHub();
  }

  networkLost(): void {
    this.#post({ type: "offline" });
  }

  send(ack: Ack): void {
    this.#post({ type: "ack", ack });
  }

  command(command: Command): void {
    this.#post({ type: "command", command });
  }

  /** A hub that said nothing for long is asked for a word, and given up without one. */
  checkHub(): void {
    if (this.#wire && !this.#deadline && this.#options.now() - this.#heard > silence) this.#hello();
  }

  #join(): void {
    const way = this.#options.ways[this.#way];
    if (!way) return;
    this.#wire?.close();
    const wire = way.open(
      this.#options.tab,
      (message) => {
        if (this.#wire === wire || !this.#wire) this.#take(message);
      },
      (why) => {
        if (this.#wire === wire) this.#next(why);
      },
    );
    this.#wire = wire;
    this.#hello();
  }

  #hello(): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#unanswered(), patience);
    this.#post({ type: "hello", tab: this.#options.tab });
  }

  #take(message: ToTab): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
    this.#heard = this.#options.now();
    this.#renewed = false;
    if (message.type === "welcome" || message.type === "status") this.#status.set(message.status);
    if (message.type === "ping") this.#post({ type: "alive" });
    else this.#options.take(message);
  }

  /** A worker that crashed is started anew by opening its way again; if that is of no use, another way is. */
  #unanswered(): void {
    this.#deadline = undefined;
    if (this.#renewed) this.#next("no answer");
    else {
      this.#renewed = true;
      this.#join();
    }
  }

  #next(why: string): void {
    const more = this.#way < this.#options.ways.length - 1;
    console.warn(`callcard: no connection by way of ${this.way}: ${why}`);
    if (more) this.#way++;
    this.#renewed = false;
    clearTimeout(this.#deadline);
    if (more) this.#join();
  }

  #post(message: ToHub): void {
    this.#wire?.post(message);
  }
}

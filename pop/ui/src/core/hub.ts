// The one connection of all tabs: it owns websocket and store, greets each tab with the whole state
// and then passes on what changes. It runs in a SharedWorker, in an elected tab, or in each tab alone;
// it knows neither of them, only ports.
//
// Everything that changes the state goes through here in one order, so all tabs show the same. Tabs
// paint, so tabs acknowledge, and tabs answer when the server asks whether somebody is there; the hub
// only passes their word on.

import type { Frame, User } from "../protocol/types";
import { type Backoff, backoff } from "./backoff";
import { Connection, type Probe, type Socket } from "./connection";
import { lockOf, type Port, type ToHub, type ToTab } from "./messages";
import { DeskStore } from "./store";

export interface HubOptions {
  socket(position: string): Socket;
  probe: Probe;
  now(): number;
  random(): number;
  /** Settles when this lock is free; undefined where there are no locks. */
  released?: (lock: string) => Promise<void>;
}

interface Guest {
  port: Port;
  tab: string;
  /** When it last said anything. */
  heard: number;
  locked: boolean;
}

const pulse = 15_000;
/** A tab that answers no ping for so long is frozen: nobody looks at it. */
const silent = 50_000;
/** Without locks, a tab silent for so long is taken for closed; should it wake, it says hello again. */
const lost = 180_000;

export class Hub {
  readonly #guests = new Map<Port, Guest>();
  readonly #options: HubOptions;
  readonly #store: DeskStore;
  readonly #connection: Connection;
  #user: User | undefined;
  /** The server waits for a word of a tab. */
  #asked = false;
  #beat: number;
  #pulse: ReturnType<typeof setInterval> | undefined;
  #expiry: ReturnType<typeof setTimeout> | undefined;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#beat = options.now();
    this.#store = new DeskStore(options.now);
    const wait: Backoff = backoff(options.random);
    this.#connection = new Connection({
      open: options.socket,
      probe: options.probe,
      now: options.now,
      backoff: wait,
      onFrame: (frame) => this.#frame(frame),
      onAsked: () => this.#ask(),
      onFault: (fault) => console.warn("callcard: frame refused", fault),
    });
    this.#connection.status.subscribe(() => this.#status());
    this.#store.subscribe(() => this.#planExpiry());
  }

  /** One message from a tab; the first one makes the tab known. */
  take(port: Port, message: ToHub): void {
    if (message.type === "bye") {
      this.leave(port);
      return;
    }
    const guest = this.#guest(port);
    guest.heard = this.#options.now();
    this.#answer();
    this.#handle(guest, message);
    const status = this.#connection.status.get();
    if (status.state === "waiting" && status.reason === "asleep") this.#connection.retry();
  }

  /** It is a tab that is asked, by a message: unlike a timer it comes at once to a tab that nobody sees. */
  #ask(): void {
    this.#asked = true;
    this.#tell({ type: "ping" });
  }

  #answer(): void {
    if (!this.#asked) return;
    this.#asked = false;
    this.#connection.answer();
  }

  leave(port: Port): void {
    this.#guests.delete(port);
    if (this.#guests.size > 0) return;
    clearInterval(this.#pulse);
    this.#pulse = undefined;
  }

  /** Ends everything: another hub takes over. */
  close(): void {
    clearInterval(this.#pulse);
    clearTimeout(this.#expiry);
    this.#guests.clear();
    this.#connection.stop();
  }

  #guest(port: Port): Guest {
    const known = this.#guests.get(port);
    if (known) return known;
    const guest = { port, tab: "", heard: this.#options.now(), locked: false };
    this.#guests.set(port, guest);
    if (this.#guests.size === 1) this.#beat = this.#options.now();
    this.#pulse ??= setInterval(() => this.checkTabs(), pulse);
    return guest;
  }

  #handle(guest: Guest, message: ToHub): void {
    switch (message.type) {
      case "hello":
        guest.tab = message.tab;
        guest.port.post(this.#welcome());
        break;
      case "locked":
        this.#await(guest);
        break;
      case "start":
        this.#start(message.user, message.self, guest);
        break;
      case "stop":
        this.#stop(guest);
        break;
      case "ack":
        this.#connection.send(message.ack);
        break;
      case "command":
        this.#store.perform(message.command);
        this.#tell(message, guest);
        break;
      case "retry":
        this.#connection.retry();
        break;
      case "offline":
        this.#connection.networkLost();
        break;
      case "seen":
        this.#store.expire();
        this.#connection.check();
        this.#connection.retry();
        break;
    }
  }

  #start(user: User, self: Parameters<DeskStore["begin"]>[1], guest: Guest): void {
    const { state } = this.#connection.status.get();
    const running = state !== "idle" && state !== "closed";
    if (running && this.#user?.username === user.username) {
      guest.port.post(this.#welcome());
      return;
    }
    this.#connection.stop();
    this.#user = user;
    this.#store.begin(user.username, self);
    this.#tell(this.#welcome());
    this.#connection.start();
  }

  /** One tab logged out: the others shall know, also when the server cannot tell them. */
  #stop(guest: Guest): void {
    this.#user = undefined;
    this.#connection.stop();
    this.#tell({ type: "out" }, guest);
  }

  #await(guest: Guest): void {
    if (guest.locked || !this.#options.released) return;
    guest.locked = true;
    void this.#options.released(lockOf(guest.tab)).then(() => this.leave(guest.port));
  }

  #frame(frame: Frame): void {
    this.#store.apply(frame);
    this.#tell({ type: "frame", frame });
  }

  #status(): void {
    const status = this.#connection.status.get();
    if (status.state === "closed") this.#user = undefined;
    this.#tell({ type: "status", status });
  }

  #welcome(): ToTab {
    const status = this.#connection.status.get();
    return { type: "welcome", user: this.#user, kept: this.#store.keep(), status };
  }

  #tell(message: ToTab, but?: Guest): void {
    for (const guest of [...this.#guests.values()]) if (guest !== but) guest.port.post(message);
  }

  /** Asks all tabs whether they are awake; when none is, the server must not think that somebody looks. */
  checkTabs(): void {
    const now = this.#options.now();
    const overslept = now - this.#beat > 2 * pulse;
    this.#beat = now;
    for (const guest of [...this.#guests.values()]) {
      if (overslept) guest.heard = now; // the machine slept, not the tabs alone
      if (!guest.locked && now - guest.heard > lost) this.leave(guest.port);
      else guest.port.post({ type: "ping" });
    }
    const guests = [...this.#guests.values()];
    if (guests.every((guest) => now - guest.heard > silent)) this.#connection.sleep();
  }

  #planExpiry(): void {
    clearTimeout(this.#expiry);
    const wait = this.#store.untilExpiry();
    if (wait !== undefined) this.#expiry = setTimeout(() => this.#store.expire(), wait + 50);
  }
}

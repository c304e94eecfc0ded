// Wires API, hub and store: one desk per tab.

import type { AgentState, Card, User } from "../protocol/types";
import { Api, ApiError } from "./api";
import { backoff } from "./backoff";
import { Cell } from "./emitter";
import { Link } from "./link";
import type { ToTab, Way } from "./messages";
import { Notes } from "./notes";
import { DeskStore } from "./store";

export type Session =
  | { state: "starting" }
  | { state: "unreachable" }
  | { state: "out"; why?: "expired" | "logged_out" | "forbidden" }
  | { state: "in"; user: User };

export interface Surroundings {
  fetch: typeof fetch;
  ways: readonly Way[];
  now(): number;
  random(): number;
}

export class Desk {
  readonly api: Api;
  readonly store: DeskStore;
  readonly connection: Link;
  readonly notes: Notes;
  readonly session = new Cell<Session>({ state: "starting" });
  readonly #tab: string;
  readonly #now: () => number;
  #user = "";
  #expiry: ReturnType<typeof setTimeout> | undefined;

  constructor(around: Surroundings) {
    this.#now = around.now;
    this.#tab = Math.floor(around.random() * 0xffffffff).toString(36);
    this.api = new Api(around.fetch);
    this.store = new DeskStore(around.now, (command) => this.connection.command(command));
    this.notes = new Notes(this.api.work.saveNote, backoff(around.random, 2000));
    this.connection = new Link({
      ways: around.ways,
      tab: this.#tab,
      now: around.now,
      take: (message) => this.#take(message),
    });
    this.store.subscribe(() => this.#planExpiry());
    this.connection.status.subscribe(() => this.#watchEnd());
    this.connection.status.subscribe(() => {
      if (this.connection.status.get().state === "live") this.notes.flush();
    });
  }

  /** Joins the other tabs and asks the server who is logged in. */
  async open(): Promise<void> {
    this.connection.open();
    try {
      const { user, state } = await this.api.me();
      this.#enter(user, state);
    } catch (error) {
      if (this.session.get().state === "in" && !(error instanceof ApiError && error.kind === "login")) return;
      const login = error instanceof ApiError && error.kind === "login";
      this.session.set(login ? { state: "out" } : { state: "unreachable" });
    }
  }

  async login(username: string, password: string): Promise<void> {
    const { user } = await this.api.login(username, password);
    this.#enter(user, undefined);
  }

  async logout(): Promise<void> {
    await this.api.logout();
    this.session.set({ state: "out" });
    this.connection.stop();
  }

  /** The page is seen again: nothing stale may be shown, and a waiting connection need not wait. */
  seen(): void {
    this.store.expire();
    this.connection.seen();
  }

  /** The page goes away for good, or into the browser's cache, from where `seen` brings it back. */
  leave(): void {
    this.connection.leave();
  }

  shown(card: Card): void {
    this.connection.send({
      type: "ack",
      call_id: card.call_id,
      card_version: card.card_version,
      shown_at: new Date(this.#now()).toISOString(),
      tab: this.#tab,
    });
  }

  #enter(user: User, state: AgentState | undefined): void {
    if (user.username !== this.#user) this.store.begin(user.username, state);
    this.#become(user);
    this.connection.start(user, state);
  }

  #become(user: User): void {
    if (user.username !== this.#user) this.notes.clear();
    this.#user = user.username;
    const session = this.session.get();
    if (session.state !== "in" || session.user.username !== user.username)
      this.session.set({ state: "in", user });
  }

  #take(message: ToTab): void {
    switch (message.type) {
      case "welcome":
        this.#welcome(message);
        break;
      case "frame":
        this.store.apply(message.frame);
        break;
      case "command":
        this.store.perform(message.command);
        break;
      case "out":
        if (this.session.get().state === "in") this.session.set({ state: "out", why: "logged_out" });
    }
  }

  #welcome({ user, kept, status }: Extract<ToTab, { type: "welcome" }>): void {
    const session = this.session.get();
    if (user) {
      // Somebody is logged in, here or in another tab; the cookie is the same for all.
      this.store.adopt(kept);
      this.#become(user);
    } else if (session.state === "in" && status.state === "idle") {
      this.connection.start(session.user, this.store.get().self); // a new hub, which knows nobody
    }
  }

  #planExpiry(): void {
    clearTimeout(this.#expiry);
    const wait = this.store.untilExpiry();
    if (wait !== undefined) this.#expiry = setTimeout(() => this.store.expire(), wait + 50);
  }

  #watchEnd(): void {
    const status = this.connection.status.get();
    if (status.state !== "closed" || this.session.get().state !== "in") return;
    if (status.reason === "login") this.session.set({ state: "out", why: "expired" });
    if (status.reason === "logged_out") this.session.set({ state: "out", why: "logged_out" });
  }
}

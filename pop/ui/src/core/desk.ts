// Wires API, connection and store to the browser: one desk per page.

import type { AgentState, Card, User } from "../protocol/types";
import { Api, ApiError } from "./api";
import { backoff } from "./backoff";
import { Connection, type Socket } from "./connection";
import { Cell } from "./emitter";
import { Notes } from "./notes";
import { DeskStore } from "./store";

export type Session =
  | { state: "starting" }
  | { state: "unreachable" }
  | { state: "out"; why?: "expired" | "logged_out" | "forbidden" }
  | { state: "in"; user: User };

export interface Surroundings {
  fetch: typeof fetch;
  socket(position: string): Socket;
  now(): number;
  random(): number;
}

export class Desk {
  readonly api: Api;
  readonly store: DeskStore;
  readonly connection: Connection;
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
    this.store = new DeskStore(around.now);
    this.notes = new Notes(this.api.work.saveNote, backoff(around.random, 2000));
    this.connection = new Connection({
      open: around.socket,
      now: around.now,
      backoff: backoff(around.random),
      probe: () => this.#probe(),
      onFrame: (frame) => this.store.apply(frame),
      onFault: (fault) => console.warn("callcard: frame refused", fault),
    });
    this.store.subscribe(() => this.#planExpiry());
    this.connection.status.subscribe(() => this.#watchEnd());
    this.connection.status.subscribe(() => {
      if (this.connection.status.get().state === "live") this.notes.flush();
    });
  }

  /** Asks the server who is logged in. */
  async open(): Promise<void> {
    try {
      const { user, state } = await this.api.me();
      this.#enter(user, state);
    } catch (error) {
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
    this.connection.stop();
    this.session.set({ state: "out" });
  }

  /** The page is seen again: nothing stale may be shown, and a waiting connection need not wait. */
  seen(): void {
    this.store.expire();
    this.connection.checkSleep();
    this.connection.retry();
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
    if (user.username !== this.#user) this.notes.clear();
    this.#user = user.username;
    this.store.begin(user.username, state);
    this.session.set({ state: "in", user });
    this.connection.start();
  }

  async #probe(): Promise<"ok" | "login" | "unreachable"> {
    try {
      await this.api.me();
      return "ok";
    } catch (error) {
      return error instanceof ApiError && error.kind === "login" ? "login" : "unreachable";
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

// What an agent types about a call, saved on the server while he types. Knows no framework.
//
//	clean ──type──► typed ──half a second──► saving ──stored──► clean
//	                  ▲                        │ │
//	                  └───── typed meanwhile ──┘ ├── no network, server away ──► waiting ──later──► saving
//	                                             ├── another tab was first ────► conflict (the agent decides)
//	                                             └── refused ──────────────────► failed (typing tries again)

import type { Note } from "../protocol/types";
import * as wire from "../protocol/wire";
import { ApiError } from "./api";
import type { Backoff } from "./backoff";
import { Cell, type Watchable } from "./emitter";

export type NoteStatus = "clean" | "typed" | "saving" | "waiting" | "conflict" | "failed";

export interface NoteState {
  text: string;
  status: NoteStatus;
  /** When the server stored it, or "". */
  savedAt: string;
  /** Of a conflict: what another tab wrote. */
  theirs: Note | undefined;
  error: unknown;
}

export type SaveNote = (callId: string, text: string, base: number) => Promise<Note>;

const pause = 500;

export class NoteDraft implements Watchable<NoteState> {
  readonly #cell = new Cell<NoteState>({
    text: "",
    status: "clean",
    savedAt: "",
    theirs: undefined,
    error: undefined,
  });
  readonly #save: SaveNote;
  readonly #backoff: Backoff;
  /** Merges rename a call while its note is being written. */
  callId: string;
  #base = 0;
  #sending: string | undefined;
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(callId: string, save: SaveNote, backoff: Backoff) {
    this.callId = callId;
    this.#save = save;
    this.#backoff = backoff;
  }

  get = (): NoteState => this.#cell.get();
  subscribe = this.#cell.subscribe;

  type(text: string): void {
    this.#change({ text });
    if (this.get().status === "conflict") return;
    if (this.get().status !== "saving") this.#change({ status: "typed" });
    this.#plan(pause);
  }

  /** What the server has, from the card or from another tab. */
  receive(note: Note): void {
    if (note.version <= this.#base) return;
    if (this.get().status === "clean") this.#adopt(note);
    else if (note.text === this.#sending) this.#base = note.version; // our own, back before the answer
  }

  /** Sends at once what waits: the field is left, the page is closed, or the network is back. */
  flush(): void {
    if (this.get().status === "typed" || this.get().status === "waiting") void this.#send();
  }

  keepMine(): void {
    this.#settle(this.get().text);
  }

  keepBoth(): void {
    const { text, theirs } = this.get();
    this.#settle([theirs?.text, text].filter(Boolean).join("\n"));
  }

  takeTheirs(): void {
    const { theirs } = this.get();
    if (theirs) this.#adopt(theirs);
  }

  #settle(text: string): void {
    const { theirs } = this.get();
    if (!theirs) return;
    this.#base = theirs.version;
    this.#change({ text, status: "typed", theirs: undefined });
    void this.#send();
  }

  #adopt(note: Note): void {
    this.#base = note.version;
    this.#change({
      text: note.text,
      status: "clean",
      savedAt: note.updated_at,
      theirs: undefined,
      error: undefined,
    });
  }

  #plan(wait: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#send(), wait);
  }

  async #send(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#sending !== undefined) return; // what was typed meanwhile goes when the answer is there
    const { text } = this.get();
    this.#sending = text;
    this.#change({ status: "saving" });
    try {
      this.#stored(await this.#save(this.callId, text, this.#base), text);
    } catch (error) {
      this.#refused(error, text);
    }
  }

  #stored(note: Note, sent: string): void {
    this.#sending = undefined;
    this.#tries = 0;
    this.#base = Math.max(this.#base, note.version);
    const more = this.get().text !== sent;
    this.#change({ status: more ? "typed" : "clean", savedAt: note.updated_at, error: undefined });
    if (more) this.#plan(pause);
  }

  #refused(error: unknown, sent: string): void {
    this.#sending = undefined;
    const theirs = currentOf(error);
    if (theirs?.text === sent) {
      this.#stored(theirs, sent);
      return;
    }
    if (theirs) {
      this.#change({ status: "conflict", theirs });
      return;
    }
    const later = error instanceof ApiError && mayPass.has(error.kind);
    this.#change({ status: later ? "waiting" : "failed", error });
    if (later) this.#plan(this.#backoff.delay(this.#tries++));
  }

  #change(more: Partial<NoteState>): void {
    this.#cell.set({ ...this.get(), ...more });
  }
}

/** Failures that end by themselves. */
const mayPass = new Set(["unreachable", "unavailable", "throttled", "server", "login"]);

/** The stored note that a refusal for an old base brings along. */
function currentOf(error: unknown): Note | undefined {
  if (!(error instanceof ApiError) || error.status !== 409) return undefined;
  const { current } = (error.body ?? {}) as { current?: unknown };
  try {
    return wire.note(current, "current");
  } catch {
    return undefined;
  }
}

/** The notes of this page, by the key of their card. */
export class Notes {
  readonly #drafts = new Map<string, NoteDraft>();
  readonly #save: SaveNote;
  readonly #backoff: Backoff;

  constructor(save: SaveNote, backoff: Backoff) {
    this.#save = save;
    this.#backoff = backoff;
  }

  of(key: string, callId: string): NoteDraft {
    const draft = this.#drafts.get(key) ?? new NoteDraft(callId, this.#save, this.#backoff);
    draft.callId = callId;
    this.#drafts.set(key, draft);
    return draft;
  }

  /** The card is gone; an unsaved note stays until it is stored. */
  leave(key: string): void {
    const draft = this.#drafts.get(key);
    if (draft?.get().status === "clean") this.#drafts.delete(key);
  }

  flush(): void {
    for (const draft of this.#drafts.values()) draft.flush();
  }

  clear(): void {
    this.#drafts.clear();
  }
}

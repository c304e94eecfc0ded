// What an agent does with a call and with his own state. Answers are checked by our decoders.

import type * as t from "../protocol/types";
import * as wire from "../protocol/wire";
import { type Send, sender } from "./send";

export interface Dialling {
  number: string;
  contact_id?: string;
  callback_id?: string;
}

export type TransferKind = "blind" | "attended";

/** What a plain click on a button of the card asks for. */
export type PlainAction = Exclude<t.CallAction, "transfer">;

const ways: Record<PlainAction, string> = {
  answer: "answer",
  hold: "hold",
  resume: "resume",
  hangup: "hangup",
  complete_transfer: "transfer/complete",
  cancel_transfer: "transfer/cancel",
  pause_recording: "recording/pause",
  resume_recording: "recording/resume",
};

const of = (id: string): string => `/calls/${encodeURIComponent(id)}`;

export class WorkApi {
  readonly #send: Send;

  constructor(fetcher: typeof fetch) {
    this.#send = sender(fetcher);
  }

  settings = async (): Promise<t.Settings> => wire.settings(await this.#send("GET", "/settings"), "settings");

  saveNote = async (id: string, text: string, base: number): Promise<t.Note> =>
    wire.note(await this.#send("PUT", `${of(id)}/note`, { text, base }), "note");

  saveResult = async (id: string, result: string, reasons: readonly string[]): Promise<t.Result> =>
    wire.result(await this.#send("PUT", `${of(id)}/result`, { result, reasons }), "result");

  act = async (id: string, action: PlainAction): Promise<void> => {
    await this.#send("POST", `${of(id)}/${ways[action]}`, {});
  };

  transfer = async (id: string, to: string, kind: TransferKind): Promise<void> => {
    await this.#send("POST", `${of(id)}/transfer`, { to, kind });
  };

  dial = async (wanted: Dialling): Promise<void> => {
    await this.#send("POST", "/calls", wanted);
  };

  directory = async (q: string): Promise<t.DirectoryEntry[]> =>
    entries(await this.#send("GET", `/directory?q=${encodeURIComponent(q)}`), "directory").items;

  /** A mode that begins when the present call is over. */
  setNext = async (mode: t.Mode, reason: string): Promise<t.AgentState> =>
    state(await this.#send("PUT", "/me/mode", { mode, reason, when: "after_call" }));

  clearNext = async (): Promise<t.AgentState> => state(await this.#send("DELETE", "/me/next"));

  clearBlock = async (): Promise<t.AgentState> => state(await this.#send("POST", "/me/block/clear", {}));

  finishWork = async (): Promise<t.AgentState> => state(await this.#send("POST", "/me/acw/finish", {}));

  extendWork = async (): Promise<t.AgentState> => state(await this.#send("POST", "/me/acw/extend", {}));
}

const entries = wire.pageOf(wire.directoryEntry);

const state = (body: unknown): t.AgentState => wire.agentState(body, "state");

// What is done with the duties to call clients back. Answers are checked by our decoders.

import type * as t from "../protocol/types";
import * as wire from "../protocol/wire";
import { type Send, sender } from "./send";

export const scopes = ["all", "queues", "mine"] as const;
export type Scope = (typeof scopes)[number];

export interface Said {
  outcome: t.SaidOutcome;
  note?: string;
  /** With "call_later": when. */
  due?: string;
  /** With "refused": never call this number again. */
  do_not_call?: boolean;
}

export interface Promised {
  number: string;
  due?: string;
  note?: string;
  queue?: string;
  contact_id?: string;
}

const page = wire.pageOf(wire.callback);

const of = (id: string): string => `/callbacks/${encodeURIComponent(id)}`;

export class CallbackApi {
  readonly #send: Send;

  constructor(fetcher: typeof fetch) {
    this.#send = sender(fetcher);
  }

  list = async (state: t.CallbackState, scope: Scope, cursor: string): Promise<t.Page<t.Callback>> => {
    const query = new URLSearchParams({ state, scope, limit: "50", ...(cursor && { cursor }) });
    return page(await this.#send("GET", `/callbacks?${query}`), "callbacks");
  };

  get = (id: string): Promise<t.Callback> => this.#ask("GET", of(id));

  promise = (wanted: Promised): Promise<t.Callback> => this.#ask("POST", "/callbacks", wanted);

  claim = (id: string): Promise<t.Callback> => this.#ask("POST", `${of(id)}/claim`, {});

  release = (id: string): Promise<t.Callback> => this.#ask("POST", `${of(id)}/release`, {});

  outcome = (id: string, said: Said): Promise<t.Callback> => this.#ask("POST", `${of(id)}/outcome`, said);

  reschedule = (id: string, due: string): Promise<t.Callback> =>
    this.#ask("POST", `${of(id)}/reschedule`, { due });

  close = (id: string, reason: string): Promise<t.Callback> =>
    this.#ask("POST", `${of(id)}/close`, { reason });

  /** Claims, then rings the agent's own phone. */
  dial = async (id: string): Promise<t.Callback> => {
    const answer = await this.#send("POST", `${of(id)}/dial`, {});
    return wire.callback((answer as { callback?: unknown }).callback, "callback");
  };

  async #ask(method: string, path: string, body?: object): Promise<t.Callback> {
    return wire.callback(await this.#send(method, path, body), "callback");
  }
}

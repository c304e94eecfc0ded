// The two ways into the fake office for unit tests: `fetch` and a websocket, both without a network.

import type { Socket } from "../core/connection";
import type { HubOptions } from "../core/hub";
import type { FakeOffice } from "./office";

/** `fetch` that ends in the office. */
export const fakeFetch =
  (office: FakeOffice): typeof fetch =>
  async (input, init) => {
    const request = new Request(input, init);
    const text = await request.text();
    const answer = office.handle(request.method, request.url, text ? JSON.parse(text) : undefined);
    const body = answer.body === undefined ? null : JSON.stringify(answer.body);
    return new Response(body, { status: answer.status, headers: answer.headers });
  };

/** A websocket that ends in the office. Opens in a microtask, like a real one never before its handlers are set. */
export class FakeSocket implements Socket {
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onerror: (() => void) | null = null;
  #leave: (() => void) | undefined;
  readonly #office: FakeOffice;

  constructor(office: FakeOffice, position: string) {
    this.#office = office;
    queueMicrotask(() => this.#open(position));
  }

  #open(position: string): void {
    if (this.readyState !== 0) return;
    const waiting: string[] = [];
    let open = false;
    this.#leave = this.#office.join(position, {
      frame: (data) => (open ? this.onmessage?.({ data }) : waiting.push(data)),
      close: (code) => this.#closed(code),
    });
    if (!this.#leave) {
      this.#closed(1006);
      return;
    }
    this.readyState = 1;
    open = true;
    this.onopen?.();
    for (const data of waiting) this.onmessage?.({ data });
  }

  #closed(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  send(data: string): void {
    this.#office.acks.push(JSON.parse(data));
  }

  close(): void {
    this.readyState = 3;
    this.#leave?.();
  }
}

/** What a hub needs, all of it from the office. */
export const aroundOffice = (office: FakeOffice): HubOptions => ({
  socket: (position) => new FakeSocket(office, position),
  probe: async () => (office.loggedIn ? "ok" : "login"),
  now: () => Date.now(),
  random: () => 0.5,
});

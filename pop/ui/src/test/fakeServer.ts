// A callcard in memory: the same REST answers and websocket frames, no network and no clock of its
// own. Unit tests talk to it through `fakeFetch` and `FakeSocket`; `npm run dev:fake` and the
// screenshots through the Vite plugin beside this file.

import type { Socket } from "../core/connection";
import type {
  AgentState,
  Callback,
  CallRecord,
  Candidate,
  Card,
  CardEvent,
  Decision,
  User,
} from "../protocol/types";
import { agent, callback, colleague, contact, maria, minutesAgo, phone, reception, record } from "./sample";
import { sampleTrace } from "./sampleTrace";

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

interface Listener {
  frame(text: string): void;
  close(code: number): void;
}

interface Kept {
  seq: number;
  text: string;
}

const problem = (status: number, detail: string): Answer => ({ status, body: { status, detail } });

export class FakeOffice {
  readonly user: User = {
    username: "anna",
    name: "Anna Smirnova",
    role: "agent",
    interface: "PJSIP/1001",
    extension: "1001",
    queues: ["support"],
  };
  epoch = "e1";
  seq = 0;
  loggedIn = false;
  self: AgentState = agent();
  cards: Card[] = [];
  callbacks: Callback[] = [
    callback(),
    callback({
      id: "cb-2",
      client: phone("+4930901820"),
      contact_id: "",
      contact_name: "",
      missed: 1,
      cause: "timeout",
      created: minutesAgo(12),
      last_call: minutesAgo(12),
    }),
  ];
  contacts: Candidate[] = [contact(), maria, reception];
  calls: CallRecord[] = sampleCalls();
  acks: unknown[] = [];
  /** Traces of single calls; every other call has the sample. */
  readonly traces = new Map<string, Decision[]>();
  /** The next answer to a path prefix, used once; for trying out failures. */
  readonly answers = new Map<string, Answer>();
  #kept: Kept[] = [];
  readonly #listeners = new Set<Listener>();

  handle(method: string, url: string, body: Record<string, unknown> = {}): Answer {
    const { pathname, searchParams } = new URL(url, "http://office");
    const path = pathname.replace("/api/v1", "");
    for (const [prefix, answer] of this.answers) {
      if (!path.startsWith(prefix)) continue;
      this.answers.delete(prefix);
      return answer;
    }
    if (path === "/login") return this.#login(body);
    if (!this.loggedIn) return problem(401, "not logged in");
    return this.#inside(method, path, searchParams, body);
  }

  #login(body: Record<string, unknown>): Answer {
    if (body.username !== "anna" || body.password !== "secret") return problem(401, "wrong");
    this.loggedIn = true;
    return { status: 200, body: { token: "t", user: this.user } };
  }

  #inside(method: string, path: string, query: URLSearchParams, body: Record<string, unknown>): Answer {
    if (path === "/logout") return this.#logout();
    if (path === "/me") return { status: 200, body: { user: this.user, state: this.self } };
    if (path === "/me/mode") return this.#mode(body);
    if (path === "/callbacks") return { status: 200, body: { items: this.callbacks } };
    if (path === "/contacts" && method === "GET") return this.#search(query);
    if (path === "/contacts") return this.#create(body);
    if (path === "/calls") return this.#list(query);
    const choice = /^\/calls\/([^/]+)\/contact$/.exec(path);
    if (choice?.[1]) return this.#choose(decodeURIComponent(choice[1]), String(body.contact_id));
    const why = /^\/calls\/([^/]+)\/trace$/.exec(path);
    if (why?.[1]) {
      const call_id = decodeURIComponent(why[1]);
      return { status: 200, body: { call_id, items: this.traces.get(call_id) ?? sampleTrace() } };
    }
    return problem(404, "no such thing");
  }

  #logout(): Answer {
    this.loggedIn = false;
    this.close(4409);
    return { status: 204 };
  }

  #mode(body: Record<string, unknown>): Answer {
    const mode = body.mode as AgentState["mode"];
    if (mode === "not_ready" && !body.reason) return problem(422, "reason: got nothing, want a reason");
    this.setSelf({
      mode,
      reason: String(body.reason ?? ""),
      since: minutesAgo(0),
      set_by: "anna",
      pending: "",
    });
    return { status: 200, body: this.self };
  }

  #search(query: URLSearchParams): Answer {
    const q = (query.get("q") ?? "").toLowerCase();
    const found = this.contacts.filter((each) =>
      `${each.name} ${each.company} ${each.phones}`.toLowerCase().includes(q),
    );
    return { status: 200, body: { items: found.map((each) => ({ ...each, certain: false })) } };
  }

  #create(body: Record<string, unknown>): Answer {
    const made = contact({
      ...(body as Partial<Candidate>),
      id: `c-${this.contacts.length + 1}`,
      orders: [],
      last_call: "",
      responsible: "",
    });
    this.contacts.push(made);
    for (const card of this.cards.filter((each) => made.phones.includes(each.client.number))) {
      this.change(card.call_id, { match: "single", candidates: [made] });
    }
    return { status: 201, body: made };
  }

  #choose(callId: string, contactId: string): Answer {
    const card = this.cards.find((each) => each.call_id === callId);
    const chosen = this.contacts.find((each) => each.id === contactId);
    if (!chosen) return problem(404, "no such contact");
    if (card) {
      const others = card.candidates.filter((each) => each.id !== contactId);
      const known = card.candidates.find((each) => each.id === contactId) ?? { ...chosen, certain: false };
      this.change(callId, {
        chosen_id: contactId,
        candidates: card.candidates.includes(known) ? card.candidates : [...others, known],
      });
    }
    return { status: 200, body: record({ call_id: callId, contact_id: contactId }) };
  }

  #list(query: URLSearchParams): Answer {
    const wanted = query.get("number") ?? "";
    const found = this.calls.filter((each) => each.client.number.includes(wanted));
    const start = Number(query.get("cursor")) || 0;
    const next = start + 8 < found.length ? String(start + 8) : undefined;
    return { status: 200, body: { items: found.slice(start, start + 8), next_cursor: next } };
  }

  /** What happens in the office. */
  ring(card: Card): void {
    this.cards.push(card);
    this.publish("card.opened", card);
  }

  change(callId: string, more: Partial<Card>, type: CardEvent = "card.updated"): void {
    const i = this.cards.findIndex((each) => each.call_id === callId);
    const before = this.cards[i];
    if (!before) return;
    const after = { ...before, ...more, card_version: before.card_version + 1 };
    this.cards[i] = after;
    this.publish(type, after);
    if (after.state === "withdrawn" || after.state === "ended") this.cards.splice(i, 1);
  }

  setSelf(more: Partial<AgentState>): void {
    this.self = { ...this.self, ...more };
    this.publish("agent.changed", this.self);
  }

  publish(type: string, data: unknown): void {
    this.seq++;
    const text = JSON.stringify({ epoch: this.epoch, seq: this.seq, type, data });
    this.#kept.push({ seq: this.seq, text });
    for (const listener of this.#listeners) listener.frame(text);
  }

  /** A daemon that was started again: numbers begin anew, nothing kept. */
  restart(): void {
    this.epoch = `${this.epoch}x`;
    this.seq = 0;
    this.#kept = [];
    this.close(1012);
  }

  close(code: number): void {
    for (const listener of [...this.#listeners]) {
      this.#listeners.delete(listener);
      listener.close(code);
    }
  }

  /** Joins the stream at a position ("?epoch=…&seq=…" or ""); returns the way to leave, or undefined when refused. */
  join(position: string, listener: Listener): (() => void) | undefined {
    if (!this.loggedIn) return undefined;
    const query = new URLSearchParams(position);
    const from = query.get("epoch") === this.epoch ? Number(query.get("seq")) : undefined;
    if (from === undefined || from > this.seq) listener.frame(this.#snapshot());
    else for (const { seq, text } of this.#kept) if (seq > from) listener.frame(text);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #snapshot(): string {
    const data = {
      agent: this.self,
      cards: this.cards,
      callbacks: this.callbacks,
      agents: [this.self, colleague],
      server_time: new Date().toISOString(),
    };
    return JSON.stringify({ epoch: this.epoch, seq: this.seq, type: "snapshot", data });
  }
}

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

function sampleCalls(): CallRecord[] {
  const numbers = ["+79161234567", "+4930901820", "+74951112233", "", "+12025550143", "1002"];
  return Array.from({ length: 19 }, (_, i) => {
    const number = numbers[i % numbers.length] ?? "";
    const missed = i % 4 === 1;
    return record({
      call_id: `main:${100 - i}`,
      client: phone(number),
      started: minutesAgo(18 + i * 47),
      answered: missed ? "" : minutesAgo(17.8 + i * 47),
      ended: minutesAgo(14.5 + i * 47),
      direction: number === "1002" ? "internal" : i % 5 === 2 ? "outbound" : "inbound",
      missed,
      outcome: missed ? "abandoned" : "answered",
      contact_name: number === "+79161234567" ? "Ivan Petrov" : "",
      client_name: number === "1002" ? "Boris Kuznetsov" : "",
      talks: missed ? [] : record().talks,
      recordings: missed
        ? []
        : [
            {
              id: `r-${i}`,
              state: i === 4 ? "missing" : i === 0 ? "expected" : "stored",
              seconds: 180,
              started: minutesAgo(17.8 + i * 47),
              note: "",
            },
          ],
    });
  });
}

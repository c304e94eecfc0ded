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
import { endpoints } from "./endpoints";
import { type Answer, find, problem } from "./route";
import { agent, callback, colleague, contact, maria, minutesAgo, phone, reception } from "./sample";
import { sampleCalls } from "./sampleCalls";

interface Listener {
  frame(text: string): void;
  close(code: number): void;
}

interface Kept {
  seq: number;
  text: string;
}

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
      causes: ["timeout"],
      created: minutesAgo(12),
      first_missed: minutesAgo(12),
      last_missed: minutesAgo(12),
      last_call: minutesAgo(12),
      due: minutesAgo(-18),
      reminded: false,
      escalated: false,
      escalated_again: false,
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
    const found = find(endpoints, method, path);
    if (!this.loggedIn && path !== "/login") return problem(401, "not logged in");
    if (!found) return problem(404, `no such thing: ${method} ${path}`);
    return found.endpoint.answer(this, { ids: found.ids, query: searchParams, body });
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

  /** Whether somebody is there. */
  ask(): void {
    for (const listener of this.#listeners) listener.frame('{"type":"alive"}');
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
      callbacks: this.callbacks.filter((each) => each.state === "open"),
      agents: [this.self, colleague],
      server_time: new Date().toISOString(),
    };
    return JSON.stringify({ epoch: this.epoch, seq: this.seq, type: "snapshot", data });
  }
}

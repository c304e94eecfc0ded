// The live state of one agent's desk: snapshot + frames → state. It knows no framework and no
// network; views read immutable states through `subscribe` and `get`.

import type { AgentState, Callback, Card, Frame, NoteChange, Snapshot } from "../protocol/types";
import { applySnapshot, type CardEntry, expireRings, isOpen, nextExpiry, putCard, putNote } from "./cards";
import { Cell } from "./emitter";

export interface DeskState {
  /** False until the first snapshot: views show placeholders of the final size. */
  ready: boolean;
  self: AgentState | undefined;
  agents: ReadonlyMap<string, AgentState>;
  cards: readonly CardEntry[];
  /** The open ones; what is due first comes first. */
  callbacks: readonly Callback[];
  /** Those that were closed before our eyes, the newest first. */
  closedCallbacks: readonly Callback[];
  /** Server clock minus browser clock, in milliseconds. */
  skew: number;
  /** Grows with each call that ended here: lists of past calls are then out of date. */
  endedCalls: number;
}

const empty: DeskState = {
  ready: false,
  self: undefined,
  agents: new Map(),
  cards: [],
  callbacks: [],
  closedCallbacks: [],
  skew: 0,
  endedCalls: 0,
};

/** What agents do to the state in one tab and what all tabs then show. */
export type Command =
  | { do: "dismiss"; key: string }
  | { do: "dismissClosed" }
  | { do: "setAgent"; agent: AgentState }
  | { do: "setCallback"; callback: Callback };

/** All that a store knows, for a tab that comes later. */
export interface Kept {
  user: string;
  state: DeskState;
  dismissed: string[];
}

/** Ended cards and closed callbacks beyond this many leave by themselves, oldest first. */
const mostClosed = 20;

export class DeskStore {
  readonly #cell = new Cell<DeskState>(empty);
  readonly #now: () => number;
  /** Call ids of closed cards that the agent sent away: no later version brings them back. */
  readonly #dismissed = new Set<string>();
  readonly #tell: (command: Command) => void;
  #user = "";

  /** `tell` hears of each command given here, so that other tabs can follow. */
  constructor(now: () => number, tell: (command: Command) => void = () => {}) {
    this.#now = now;
    this.#tell = tell;
  }

  get = (): DeskState => this.#cell.get();
  subscribe = this.#cell.subscribe;

  /** Begins anew for a user who logged in. */
  begin(user: string, self: AgentState | undefined): void {
    this.#user = user;
    this.#dismissed.clear();
    this.#cell.set({ ...empty, self });
  }

  keep(): Kept {
    return { user: this.#user, state: this.get(), dismissed: [...this.#dismissed] };
  }

  adopt({ user, state, dismissed }: Kept): void {
    this.#user = user;
    this.#dismissed.clear();
    for (const id of dismissed) this.#dismissed.add(id);
    this.#cell.set(state);
  }

  apply(frame: Frame): void {
    const { message } = frame;
    switch (message.type) {
      case "snapshot":
        this.#snapshot(message.data);
        break;
      case "agent.changed":
        this.#agent(message.data);
        break;
      case "callback.changed":
        this.#callback(message.data);
        break;
      case "note.changed":
        this.#note(message.data);
        break;
      case "unknown":
        break;
      default:
        this.#card(message.data);
    }
  }

  setAgent(agent: AgentState): void {
    this.#give({ do: "setAgent", agent });
  }

  setCallback(callback: Callback): void {
    this.#give({ do: "setCallback", callback });
  }

  dismiss(key: string): void {
    this.#give({ do: "dismiss", key });
  }

  dismissClosed(): void {
    this.#give({ do: "dismissClosed" });
  }

  /** Carries out a command, also one that was given in another tab. */
  perform(command: Command): void {
    switch (command.do) {
      case "setAgent":
        this.#agent(command.agent);
        break;
      case "setCallback":
        this.#callback(command.callback);
        break;
      case "dismiss":
        this.#remove((entry) => entry.key === command.key && !isOpen(entry));
        break;
      case "dismissClosed":
        this.#remove((entry) => !isOpen(entry));
        break;
    }
  }

  #give(command: Command): void {
    this.perform(command);
    this.#tell(command);
  }

  expire(): void {
    const state = this.get();
    const cards = expireRings(state.cards, this.serverNow());
    if (cards !== state.cards) this.#cell.set({ ...state, cards });
  }

  /** Milliseconds until the next ring runs out, or undefined. */
  untilExpiry(): number | undefined {
    const at = nextExpiry(this.get().cards);
    return at === undefined ? undefined : Math.max(0, at - this.serverNow());
  }

  serverNow(): number {
    return this.#now() + this.get().skew;
  }

  #remove(leaves: (entry: CardEntry) => boolean): void {
    const state = this.get();
    for (const { card } of state.cards.filter(leaves)) this.#dismissed.add(card.call_id);
    this.#cell.set({ ...state, cards: state.cards.filter((entry) => !leaves(entry)) });
  }

  /** Who is rung again by a call that he sent away gets its card anew, and sees it go again. */
  #wasDismissed = (card: Card): boolean => {
    if (!isClosed(card)) this.#dismissed.delete(card.call_id);
    return this.#dismissed.has(card.call_id);
  };

  #snapshot(data: Snapshot): void {
    const state = this.get();
    const skew = data.server_time ? Date.parse(data.server_time) - this.#now() : 0;
    const agents = new Map(data.agents.map((agent) => [agent.agent, agent]));
    const cards = data.cards.filter((card) => !this.#wasDismissed(card));
    if (data.agent) agents.set(data.agent.agent, data.agent);
    this.#cell.set({
      ready: true,
      self: data.agent ?? agents.get(this.#user) ?? state.self,
      agents,
      cards: trim(expireRings(applySnapshot(state.cards, cards), this.#now() + skew)),
      callbacks: sortCallbacks(data.callbacks.filter(isOpenCallback)),
      closedCallbacks: state.closedCallbacks.filter(
        ({ id }) => !data.callbacks.some((open) => open.id === id),
      ),
      skew,
      endedCalls: state.endedCalls + 1,
    });
  }

  #card(card: Card): void {
    const state = this.get();
    const cards = this.#wasDismissed(card) ? state.cards : putCard(state.cards, card);
    const endedCalls = state.endedCalls + (card.state === "ended" ? 1 : 0);
    this.#cell.set({ ...state, cards: trim(expireRings(cards, this.serverNow())), endedCalls });
  }

  /** Notes have versions of their own: the card's does not change with them. */
  #note({ call_id, note }: NoteChange): void {
    const state = this.get();
    const cards = putNote(state.cards, call_id, note);
    if (cards !== state.cards) this.#cell.set({ ...state, cards });
  }

  #agent(agent: AgentState): void {
    const state = this.get();
    const agents = new Map(state.agents).set(agent.agent, agent);
    this.#cell.set({ ...state, agents, self: agent.agent === this.#user ? agent : state.self });
  }

  #callback(callback: Callback): void {
    const state = this.get();
    const others = state.callbacks.filter((each) => each.id !== callback.id);
    const closed = state.closedCallbacks.filter((each) => each.id !== callback.id);
    this.#cell.set(
      isOpenCallback(callback)
        ? { ...state, callbacks: sortCallbacks([...others, callback]), closedCallbacks: closed }
        : { ...state, callbacks: others, closedCallbacks: [callback, ...closed].slice(0, mostClosed) },
    );
  }
}

const isClosed = (card: Card): boolean => card.state === "ended" || card.state === "withdrawn";

const isOpenCallback = (callback: Callback): boolean => callback.state === "open";

/** What is due first comes first; without a time, who waits longest. */
const sortCallbacks = (callbacks: readonly Callback[]): readonly Callback[] =>
  [...callbacks].sort(
    (a, b) =>
      Date.parse(a.due || a.created) - Date.parse(b.due || b.created) ||
      a.priority - b.priority ||
      a.id.localeCompare(b.id),
  );

function trim(cards: readonly CardEntry[]): readonly CardEntry[] {
  const closed = cards.filter((entry) => !isOpen(entry));
  if (closed.length <= mostClosed) return cards;
  const leave = new Set(closed.slice(mostClosed));
  return cards.filter((entry) => !leave.has(entry));
}

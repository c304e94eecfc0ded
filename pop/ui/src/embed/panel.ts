// The panel's side of the contract: runs in the framed page.

import type { CardEntry } from "../core/cards";
import { isOpen } from "../core/cards";
import type { Desk } from "../core/desk";
import type { AgentState, Card } from "../protocol/types";
import { type Answered, type Asked, type CallView, type Events, mark, type Told } from "./contract";

export { mark };

/** The part of Window that is used. */
export interface Above {
  postMessage(message: unknown, origin: string): void;
}

export interface PanelOptions {
  desk: Desk;
  above: Above;
  /** Opens the card of a call. */
  show(callId: string): void;
  /** What went wrong, for people. */
  explain(error: unknown): string;
}

export class Panel {
  readonly #options: PanelOptions;
  #origin = "";
  #user: string | undefined;
  #cards = new Map<string, { version: number; open: boolean }>();
  #agent = "";

  constructor(options: PanelOptions) {
    this.#options = options;
    options.desk.session.subscribe(() => this.#session());
    options.desk.store.subscribe(() => this.#state());
  }

  /** One message event of the window. */
  take(event: { source: unknown; origin: string; data: unknown }): void {
    if (event.source !== this.#options.above || !isAsked(event.data)) return;
    this.#origin = event.origin;
    const { id } = event.data;
    this.#do(event.data).then(
      () => this.#post({ protocol: mark, answer: id }),
      (error) => this.#post({ protocol: mark, answer: id, error: this.#options.explain(error) }),
    );
  }

  async #do(asked: Asked): Promise<void> {
    switch (asked.ask) {
      case "hello":
        this.#hello();
        return;
      case "open":
        this.#options.show(asked.call_id);
        return;
      case "call":
        await this.#options.desk.api.work.dial({
          number: asked.number,
          ...(asked.contact_id && { contact_id: asked.contact_id }),
        });
    }
  }

  /** The page above has (re)loaded: it is told everything from the beginning. */
  #hello(): void {
    const session = this.#options.desk.session.get();
    this.#user = session.state === "in" ? session.user.username : undefined;
    this.#cards.clear();
    this.#agent = "";
    this.#tell("ready", { user: this.#user });
    this.#state();
  }

  #session(): void {
    const session = this.#options.desk.session.get();
    const user = session.state === "in" ? session.user.username : undefined;
    if (user === this.#user || session.state === "starting") return;
    this.#user = user;
    if (user) this.#tell("login", { user });
    else this.#tell("logout", {});
  }

  #state(): void {
    const { cards, self } = this.#options.desk.store.get();
    for (const entry of cards) this.#card(entry);
    for (const id of this.#cards.keys())
      if (!cards.some(({ card }) => card.call_id === id)) this.#cards.delete(id);
    if (self) this.#self(self);
  }

  #card(entry: CardEntry): void {
    const { card } = entry;
    const open = isOpen(entry);
    const before = this.#cards.get(card.call_id);
    if (before ? before.version === card.card_version && before.open === open : !open) return;
    this.#cards.set(card.call_id, { version: card.card_version, open });
    if (open) this.#tell(before ? "card.updated" : "card.opened", viewOf(card));
    else if (before?.open) this.#tell("card.closed", viewOf(card));
  }

  #self({ mode, reason, activity }: AgentState): void {
    const state = `${mode} ${reason} ${activity}`;
    if (state === this.#agent) return;
    this.#agent = state;
    this.#tell("agent", { mode, reason: reason ?? "", activity });
  }

  #tell<E extends keyof Events>(event: E, data: Events[E]): void {
    this.#post({ protocol: mark, event, data });
  }

  /** Nothing is said before the page has said hello: only then its origin is known. */
  #post(message: Told | Answered): void {
    if (this.#origin) this.#options.above.postMessage(message, this.#origin);
  }
}

function isAsked(data: unknown): data is Asked {
  if (typeof data !== "object" || data === null || !("protocol" in data) || data.protocol !== mark)
    return false;
  const asked = data as Record<string, unknown>;
  if (typeof asked.id !== "number") return false;
  switch (asked.ask) {
    case "hello":
      return true;
    case "call":
      return typeof asked.number === "string" && asked.number !== "";
    case "open":
      return typeof asked.call_id === "string";
    default:
      return false;
  }
}

export function viewOf(card: Card): CallView {
  const sure =
    card.candidates.find(({ id }) => id === card.chosen_id) ??
    (card.match === "single" ? card.candidates[0] : undefined);
  return {
    call_id: card.call_id,
    state: card.state,
    direction: card.direction,
    match: card.match,
    number: card.client.number,
    raw: card.client.raw,
    ...(sure && { contact: { id: sure.id, name: sure.name } }),
    queue: card.queue,
    did: card.did,
    agent: card.agent,
    ...(card.reason && { reason: card.reason }),
  };
}

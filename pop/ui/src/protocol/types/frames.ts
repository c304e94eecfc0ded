// What the websocket brings and takes.

import type { AgentState } from "./agents";
import type { Callback } from "./callbacks";
import type { Note } from "./calls";
import type { Card } from "./cards";

export interface NoteChange {
  call_id: string;
  note: Note;
}

export interface Snapshot {
  /** Absent for users who are no agents. */
  agent: AgentState | undefined;
  cards: Card[];
  callbacks: Callback[];
  agents: AgentState[];
  server_time: string;
}

export type CardEvent = "card.opened" | "card.updated" | "card.withdrawn" | "card.ended";

/** What a frame brings. Frames of types that this page does not know keep their place in the sequence. */
export type Message =
  | { type: "snapshot"; data: Snapshot }
  | { type: CardEvent; data: Card }
  | { type: "agent.changed"; data: AgentState }
  | { type: "callback.changed"; data: Callback }
  | { type: "note.changed"; data: NoteChange }
  | { type: "unknown"; data: { name: string } };

export interface Frame {
  epoch: string;
  seq: number;
  message: Message;
}

/** The one thing a browser says: this version of the card is on the glass. */
export interface Ack {
  type: "ack";
  call_id: string;
  card_version: number;
  shown_at: string;
  /** Which of the agent's tabs painted it. */
  tab: string;
}

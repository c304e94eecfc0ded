// What the page's tabs and the hub that owns their one connection say to each other. All of it
// survives structured cloning, so that it can go through a MessagePort.

import type { Ack, AgentState, Frame, User } from "../protocol/types";
import type { Status } from "./connection";
import type { Command, Kept } from "./store";

export type ToHub =
  | { type: "hello"; tab: string }
  /** The tab holds its lock: who gets it next knows that the tab is gone. */
  | { type: "locked" }
  | { type: "start"; user: User; self: AgentState | undefined }
  | { type: "stop" }
  | { type: "ack"; ack: Ack }
  | { type: "command"; command: Command }
  | { type: "retry" | "seen" | "offline" | "alive" | "bye" };

export type ToTab =
  /** The whole state: to a tab that came, and to all when another user logged in. */
  | { type: "welcome"; user: User | undefined; kept: Kept; status: Status }
  | { type: "frame"; frame: Frame }
  | { type: "status"; status: Status }
  | { type: "command"; command: Command }
  | { type: "out" }
  | { type: "ping" };

/** The hub's end of the way to one tab. */
export interface Port {
  post(message: ToTab): void;
}

/** The tab's end. */
export interface Wire {
  post(message: ToHub): void;
  close(): void;
}

/** A way to reach a hub; `lost` says that this way leads nowhere. */
export interface Way {
  name: string;
  open(tab: string, take: (message: ToTab) => void, lost: (why: string) => void): Wire;
}

export const lockOf = (tab: string): string => `callcard.tab.${tab}`;

// What an agent sees of one call.

import type { CallState, Certainty, Direction, Note, Outcome, Phone, Result } from "./calls";

export const cardStates = ["offered", "dialing", "accepted", "withdrawn", "ended"] as const;
export type CardState = (typeof cardStates)[number];

export const matches = ["unknown", "single", "multiple", "internal", "anonymous"] as const;
export type Match = (typeof matches)[number];

export const lookups = ["pending", "done", "failed"] as const;
export type Lookup = (typeof lookups)[number];

export interface Order {
  id: string;
  title: string;
  status: string;
  amount: string;
  at: string;
}

export interface Contact {
  id: string;
  source: string;
  name: string;
  company: string;
  company_id: string;
  is_company: boolean;
  phones: string[];
  email: string;
  responsible: string;
  vip: boolean;
  notes: string;
  url: string;
}

export interface Candidate extends Contact {
  certain: boolean;
  last_call: string;
  orders: Order[];
}

export interface PastCall {
  call_id: string;
  at: string;
  direction: Direction;
  outcome: Outcome;
  queue: string;
  agent: string;
  seconds: number;
  /** An id of the settings' results, or "". */
  result: string;
  note: string;
}

/** The open callback of the calling client. */
export interface CardCallback {
  id: string;
  missed: number;
  first_missed: string;
  last_missed: string;
  claimed_by: string;
  claimed_by_name: string;
  due: string;
}

/** Whom agents chose before for this number. */
export interface Usually {
  contact_id: string;
  name: string;
  times: number;
}

/** What the dialplan knows of the call, as an IVR asked it. */
export interface Variable {
  name: string;
  label: string;
  value: string;
}

export const blockNames = [
  "identity",
  "callback",
  "people",
  "orders",
  "history",
  "notes",
  "result",
  "variables",
] as const;
export type BlockName = (typeof blockNames)[number];

export const openMoments = ["click", "ringing", "answer"] as const;
export const openTargets = ["tab", "frame"] as const;

/** A page that belongs to the call. */
export interface OpenPage {
  when: (typeof openMoments)[number];
  url: string;
  label: string;
  target: (typeof openTargets)[number];
}

/** How this call is shown, as the rules of the configuration chose it. */
export interface Scenario {
  rule: string;
  blocks: BlockName[];
  open: OpenPage | undefined;
}

export const callActions = [
  "answer",
  "hold",
  "resume",
  "hangup",
  "transfer",
  "complete_transfer",
  "cancel_transfer",
  "pause_recording",
  "resume_recording",
] as const;
export type CallAction = (typeof callActions)[number];

export interface Card {
  call_id: string;
  aliases: string[];
  card_version: number;
  state: CardState;
  call_state: CallState;
  direction: Direction;
  match: Match;
  client: Phone;
  client_name: string;
  candidates: Candidate[];
  chosen_id: string;
  lookup: Lookup;
  history: PastCall[];
  callback_id: string;
  queue: string;
  did: string;
  agent: string;
  device: string;
  transferred_by: string;
  reason: string;
  by: string;
  offered_at: string;
  answered_at: string;
  ended_at: string;
  expires_at: string;
  late_join: boolean;
  certainty: Certainty;
  queue_title: string;
  did_title: string;
  calls_today: number;
  callback: CardCallback | undefined;
  usually: Usually | undefined;
  /** Who works at the calling company. */
  people: Contact[];
  variables: Variable[];
  scenario: Scenario;
  notes: Note[];
  result: Result | undefined;
  /** "on", "paused" while card data is said, or "" when nothing records. */
  recording: string;
  /** What the agent may do with the call now. */
  can: CallAction[];
}

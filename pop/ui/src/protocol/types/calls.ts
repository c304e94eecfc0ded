// Calls as they are kept, with what was said and recorded of them.

export const directions = ["inbound", "outbound", "internal"] as const;
export type Direction = (typeof directions)[number];

export const outcomes = ["", "answered", "abandoned", "timeout", "no_answer", "ivr", "failed"] as const;
export type Outcome = (typeof outcomes)[number];

export const callStates = ["ivr", "queued", "ringing", "talking", "held", "ended"] as const;
export type CallState = (typeof callStates)[number];

export const numberKinds = ["e164", "internal", "short", "anonymous", "invalid"] as const;
export type NumberKind = (typeof numberKinds)[number];

export const certainties = ["observed", "reconstructed", "unknown", "reconciled"] as const;
export type Certainty = (typeof certainties)[number];

export const recordingStates = [
  "expected",
  "writing",
  "complete",
  "stored",
  "verified",
  "empty",
  "missing",
  "expired",
] as const;
export type RecordingState = (typeof recordingStates)[number];

export const stages = [
  "track",
  "identify",
  "card",
  "push",
  "shown",
  "callback",
  "recording",
  "agent",
  "control",
] as const;
export type Stage = (typeof stages)[number];

export interface Phone {
  number: string;
  raw: string;
  ext: string;
  kind: NumberKind;
}

/** One agent's note of one call; versions count from 1. */
export interface Note {
  agent: string;
  agent_name: string;
  text: string;
  version: number;
  updated_at: string;
}

export interface Result {
  result: string;
  reasons: string[];
  agent: string;
  agent_name: string;
  at: string;
}

export interface Recording {
  id: string;
  state: RecordingState;
  seconds: number;
  started: string;
  note: string;
  /** While somebody keeps the recordings of the call, no policy removes them. */
  hold?: Hold | undefined;
}

export interface Hold {
  /** Login name. */
  by: string;
  reason: string;
  at: string;
}

export interface Talk {
  device: string;
  user: string;
  from: string;
  to: string;
  held_ns: number;
  queue: string;
}

export interface Visit {
  queue: string;
  joined: string;
  left: string;
  outcome: string;
}

/** One phone that was rung. */
export interface Offer {
  user: string;
  device: string;
  at: string;
  ended: string;
  result: string;
}

export interface CallRecord {
  call_id: string;
  direction: Direction;
  state: CallState;
  client: Phone;
  client_name: string;
  did: string;
  started: string;
  answered: string;
  ended: string;
  outcome: Outcome;
  missed: boolean;
  certainty: Certainty;
  talks: Talk[];
  visits: Visit[];
  offers: Offer[];
  notes: Note[];
  result: Result | undefined;
  contact_id: string;
  contact_name: string;
  recordings: Recording[];
}

export interface Page<T> {
  items: T[];
  next_cursor: string;
}

/** One line of a call's trace: a rule that was applied, and to what. */
export interface Decision {
  at: string;
  stage: Stage;
  /** A stable name, as "merge.linkedid"; pages translate it. */
  rule: string;
  /** The server's words, in English. */
  text: string;
  leg: string;
  /** Login name of the agent it was about, or "". */
  agent: string;
}

export interface Trace {
  call_id: string;
  items: Decision[];
}

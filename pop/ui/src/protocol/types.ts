// The wire types of pkg/cti as the page uses them. Fields that Go may leave out are "" or []
// after decoding, so that views have no undefined to think about.

export const modes = ["offline", "ready", "not_ready"] as const;
export type Mode = (typeof modes)[number];

export const activities = ["idle", "offered", "talking", "hold", "acw"] as const;
export type Activity = (typeof activities)[number];

export const blocks = ["", "rona", "device_down", "supervisor"] as const;
export type Block = (typeof blocks)[number];

export const directions = ["inbound", "outbound", "internal"] as const;
export type Direction = (typeof directions)[number];

export const outcomes = ["", "answered", "abandoned", "timeout", "no_answer", "ivr", "failed"] as const;
export type Outcome = (typeof outcomes)[number];

export const cardStates = ["offered", "dialing", "accepted", "withdrawn", "ended"] as const;
export type CardState = (typeof cardStates)[number];

export const callStates = ["ivr", "queued", "ringing", "talking", "held", "ended"] as const;
export type CallState = (typeof callStates)[number];

export const matches = ["unknown", "single", "multiple", "internal", "anonymous"] as const;
export type Match = (typeof matches)[number];

export const lookups = ["pending", "done", "failed"] as const;
export type Lookup = (typeof lookups)[number];

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
  "deleted",
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

export interface User {
  username: string;
  name: string;
  role: string;
  /** The phone as queues name it; "" for users who are no agents. */
  interface: string;
  extension: string;
  queues: string[];
}

/** What follows the present call. */
export interface NextMode {
  mode: Mode;
  reason: string;
}

/** After-call work: nothing rings before `until`. */
export interface AfterCallWork {
  call_id: string;
  until: string;
  extends_left: number;
}

export interface AgentQueue {
  queue: string;
  member: boolean;
  paused: boolean;
  reason: string;
  since: string;
}

export interface AgentState {
  agent: string;
  name: string;
  extension: string;
  mode: Mode;
  reason: string;
  since: string;
  set_by: string;
  activity: Activity;
  block: Block;
  call_id: string;
  device_status: number;
  online: boolean;
  queues: AgentQueue[];
  pending: string;
  next: NextMode | undefined;
  acw: AfterCallWork | undefined;
  block_since: string;
  /** Calls in a row that this agent let ring. */
  missed_offers: number;
  /** Logged in, and no browser has answered for a while. */
  unreachable: boolean;
  unreachable_since: string;
}

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

export const callActions = [
  "answer",
  "hold",
  "resume",
  "hangup",
  "transfer",
  "complete_transfer",
  "cancel_transfer",
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
  /** What the agent may do with the call now. */
  can: CallAction[];
}

export const callbackStates = ["open", "done", "cancelled"] as const;
export type CallbackState = (typeof callbackStates)[number];

export const callbackCauses = [
  "callback_requested",
  "promised",
  "abandoned",
  "timeout",
  "empty",
  "full",
  "direct_no_answer",
  "after_hours",
  "ivr_hangup",
  "short_abandon",
] as const;
export type CallbackCause = (typeof callbackCauses)[number];

/** What an agent may say of his try to reach a client. */
export const saidOutcomes = [
  "reached",
  "no_answer",
  "busy",
  "call_later",
  "wrong_number",
  "refused",
] as const;
export type SaidOutcome = (typeof saidOutcomes)[number];

export const tryOutcomes = ["", ...saidOutcomes, "rejected", "failed"] as const;

/** One try to reach the client; its outcome is "" while it goes on. */
export interface Attempt {
  at: string;
  agent: string;
  agent_name: string;
  call_id: string;
  outcome: (typeof tryOutcomes)[number];
  note: string;
  /** The agent himself gave the outcome. */
  said: boolean;
}

export interface Callback {
  id: string;
  state: CallbackState;
  client: Phone;
  line: string;
  queue: string;
  cause: Outcome;
  causes: CallbackCause[];
  /** 1 is urgent, 5 is when there is time. */
  priority: number;
  missed: number;
  /** The client was told that he is called at `due`. */
  promised: boolean;
  note: string;
  agents: string[];
  calls: string[];
  contact_id: string;
  contact_name: string;
  created: string;
  first_missed: string;
  last_missed: string;
  last_call: string;
  due: string;
  not_before: string;
  escalated: boolean;
  /** Whose it is to do first, until `assignee_until`. */
  assignee: string;
  assignee_name: string;
  assignee_until: string;
  claimed_by: string;
  claimed_by_name: string;
  claimed_until: string;
  attempts: Attempt[];
  closed: string;
  /** How it ended: "reached", "client_got_through" …, or the words of who closed it. */
  closed_by: string;
  closed_user: string;
  /** The callback of this client that was closed not long before. */
  previous: string;
}

export interface Recording {
  id: string;
  state: RecordingState;
  seconds: number;
  started: string;
  note: string;
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

/** A word of the configuration in the languages that it has. */
export interface Labelled {
  id: string;
  label: Record<string, string>;
}

/** What the administrator configured of the desk. */
export interface Settings {
  results: Labelled[];
  reasons: Labelled[];
  pause_reasons: Labelled[];
  after_call_work: { seconds: number; extend_seconds: number; max_extends: number };
  /** Calls can be dialled, held and transferred from the page. */
  control: boolean;
  crm: boolean;
  queues: { name: string; title: string }[];
  dids: { number: string; title: string }[];
  recordings: { download: boolean };
}

export const entryKinds = ["agent", "queue", "contact"] as const;
export const presences = ["", "free", "ringing", "talking", "not_ready", "offline"] as const;
export type Presence = (typeof presences)[number];

/** Whom one can call or transfer to. */
export interface DirectoryEntry {
  kind: (typeof entryKinds)[number];
  id: string;
  name: string;
  number: string;
  presence: Presence;
}

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

import {
  type Decoder,
  flag,
  list,
  maybe,
  maybeText,
  number,
  object,
  oneOf,
  someOf,
  text,
  texts,
  time,
} from "./decode";
import * as t from "./types";

const maybeNumber: Decoder<number> = (value, path) =>
  value === undefined || value === null ? 0 : number(value, path);

export const phone = object<t.Phone>({
  number: maybeText,
  raw: maybeText,
  ext: maybeText,
  kind: oneOf(t.numberKinds, "invalid"),
});

export const user = object<t.User>({
  username: text,
  name: maybeText,
  role: maybeText,
  interface: maybeText,
  extension: maybeText,
  queues: list(text),
});

export const agentState = object<t.AgentState>({
  agent: text,
  name: maybeText,
  extension: maybeText,
  mode: oneOf(t.modes, "offline"),
  reason: maybeText,
  since: time,
  set_by: maybeText,
  activity: oneOf(t.activities, "idle"),
  block: oneOf(t.blocks, ""),
  call_id: maybeText,
  device_status: maybeNumber,
  online: flag,
  queues: list(
    object<t.AgentQueue>({ queue: text, member: flag, paused: flag, reason: maybeText, since: time }),
  ),
  pending: maybeText,
  next: maybe(object<t.NextMode>({ mode: oneOf(t.modes, "not_ready"), reason: maybeText })),
  acw: maybe(object<t.AfterCallWork>({ call_id: maybeText, until: time, extends_left: maybeNumber })),
  block_since: time,
  missed_offers: maybeNumber,
  unreachable: flag,
  unreachable_since: time,
});

export const order = object<t.Order>({
  id: maybeText,
  title: maybeText,
  status: maybeText,
  amount: maybeText,
  at: time,
});

const contactShape = {
  id: text,
  source: maybeText,
  name: maybeText,
  company: maybeText,
  company_id: maybeText,
  is_company: flag,
  phones: list(text),
  email: maybeText,
  responsible: maybeText,
  vip: flag,
  notes: maybeText,
  url: maybeText,
};

export const contact = object<t.Contact>(contactShape);

export const candidate = object<t.Candidate>({
  ...contactShape,
  certain: flag,
  last_call: time,
  orders: list(order),
});

const pastCall = object<t.PastCall>({
  call_id: text,
  at: time,
  direction: oneOf(t.directions, "inbound"),
  outcome: oneOf(t.outcomes, ""),
  queue: maybeText,
  agent: maybeText,
  seconds: maybeNumber,
  result: maybeText,
  note: maybeText,
});

const cardCallback = object<t.CardCallback>({
  id: text,
  missed: maybeNumber,
  first_missed: time,
  last_missed: time,
  claimed_by: maybeText,
  claimed_by_name: maybeText,
  due: time,
});

const scenario = object<t.Scenario>({
  rule: maybeText,
  blocks: (value, path) =>
    value === undefined || value === null ? usualBlocks : someOf(t.blockNames)(value, path),
  open: maybe(
    object<t.OpenPage>({
      when: oneOf(t.openMoments, "click"),
      url: text,
      label: maybeText,
      target: oneOf(t.openTargets, "tab"),
    }),
  ),
});

/** Of a server that has no rules: every block. */
const usualBlocks: t.BlockName[] = [
  "identity",
  "callback",
  "variables",
  "people",
  "notes",
  "result",
  "orders",
  "history",
];

export const note = object<t.Note>({
  agent: text,
  agent_name: maybeText,
  text: maybeText,
  version: maybeNumber,
  updated_at: time,
});

export const result = object<t.Result>({
  result: maybeText,
  reasons: list(text),
  agent: maybeText,
  agent_name: maybeText,
  at: time,
});

export const card = object<t.Card>({
  call_id: text,
  aliases: list(text),
  card_version: number,
  state: oneOf(t.cardStates, "ended"),
  call_state: oneOf(t.callStates, "ringing"),
  direction: oneOf(t.directions, "inbound"),
  match: oneOf(t.matches, "unknown"),
  client: phone,
  client_name: maybeText,
  candidates: list(candidate),
  chosen_id: maybeText,
  lookup: oneOf(t.lookups, "done"),
  history: list(pastCall),
  callback_id: maybeText,
  queue: maybeText,
  did: maybeText,
  agent: maybeText,
  device: maybeText,
  transferred_by: maybeText,
  reason: maybeText,
  by: maybeText,
  offered_at: time,
  answered_at: time,
  ended_at: time,
  expires_at: time,
  late_join: flag,
  certainty: oneOf(t.certainties, "observed"),
  queue_title: maybeText,
  did_title: maybeText,
  calls_today: maybeNumber,
  callback: maybe(cardCallback),
  usually: maybe(object<t.Usually>({ contact_id: text, name: maybeText, times: maybeNumber })),
  people: list(contact),
  variables: list(object<t.Variable>({ name: maybeText, label: maybeText, value: maybeText })),
  scenario: (value, path) => scenario(value ?? {}, path),
  notes: list(note),
  result: maybe(result),
  recording: maybeText,
  can: someOf(t.callActions),
});

const labelled = object<t.Labelled>({ id: text, label: texts });

export const settings = object<t.Settings>({
  results: list(labelled),
  reasons: list(labelled),
  pause_reasons: list(labelled),
  after_call_work: (value, path) =>
    object<t.Settings["after_call_work"]>({
      seconds: maybeNumber,
      extend_seconds: maybeNumber,
      max_extends: maybeNumber,
    })(value ?? {}, path),
  control: flag,
  crm: flag,
  queues: list(object<{ name: string; title: string }>({ name: text, title: maybeText })),
  dids: list(object<{ number: string; title: string }>({ number: text, title: maybeText })),
  recordings: (value, path) => object<{ download: boolean }>({ download: flag })(value ?? {}, path),
});

export const directoryEntry = object<t.DirectoryEntry>({
  kind: oneOf(t.entryKinds, "contact"),
  id: maybeText,
  name: maybeText,
  number: maybeText,
  presence: oneOf(t.presences, ""),
});

const noteChange = object<t.NoteChange>({ call_id: text, note });

const attempt = object<t.Attempt>({
  at: time,
  agent: maybeText,
  agent_name: maybeText,
  call_id: maybeText,
  outcome: oneOf(t.tryOutcomes, "failed"),
  note: maybeText,
  said: flag,
});

export const callback = object<t.Callback>({
  id: text,
  state: oneOf(t.callbackStates, "done"),
  client: phone,
  line: maybeText,
  queue: maybeText,
  cause: oneOf(t.outcomes, ""),
  causes: someOf(t.callbackCauses),
  priority: maybeNumber,
  missed: maybeNumber,
  promised: flag,
  note: maybeText,
  agents: list(text),
  calls: list(text),
  contact_id: maybeText,
  contact_name: maybeText,
  created: time,
  first_missed: time,
  last_missed: time,
  last_call: time,
  due: time,
  not_before: time,
  reminded: flag,
  escalated: flag,
  escalated_again: flag,
  calendar: maybeText,
  assignee: maybeText,
  assignee_name: maybeText,
  assignee_until: time,
  claimed_by: maybeText,
  claimed_by_name: maybeText,
  claimed_until: time,
  attempts: list(attempt),
  closed: time,
  closed_by: maybeText,
  closed_user: maybeText,
  previous: maybeText,
});

const hold = (value: unknown, path: string): t.Hold | undefined =>
  value === undefined || value === null ? undefined : held(value, path);
const held = object<t.Hold>({ by: text, reason: text, at: time });

export const callRecord = object<t.CallRecord>({
  call_id: text,
  direction: oneOf(t.directions, "inbound"),
  state: oneOf(t.callStates, "ended"),
  client: phone,
  client_name: maybeText,
  did: maybeText,
  started: time,
  answered: time,
  ended: time,
  outcome: oneOf(t.outcomes, ""),
  missed: flag,
  certainty: oneOf(t.certainties, "observed"),
  talks: list(
    object<t.Talk>({
      device: maybeText,
      user: maybeText,
      from: time,
      to: time,
      held_ns: maybeNumber,
      queue: maybeText,
    }),
  ),
  visits: list(object<t.Visit>({ queue: maybeText, joined: time, left: time, outcome: maybeText })),
  offers: list(
    object<t.Offer>({ user: maybeText, device: maybeText, at: time, ended: time, result: maybeText }),
  ),
  notes: list(note),
  result: (value, path) => (value === undefined || value === null ? undefined : result(value, path)),
  contact_id: maybeText,
  contact_name: maybeText,
  recordings: list(
    object<t.Recording>({
      id: text,
      state: oneOf(t.recordingStates, "expected"),
      seconds: maybeNumber,
      started: time,
      note: maybeText,
      hold,
    }),
  ),
});

export const trace = object<t.Trace>({
  call_id: text,
  items: list(
    object<t.Decision>({
      at: time,
      stage: oneOf(t.stages, "track"),
      rule: text,
      text: maybeText,
      leg: maybeText,
      agent: maybeText,
    }),
  ),
});

export const pageOf = <T>(item: Decoder<T>): Decoder<t.Page<T>> =>
  object<t.Page<T>>({ items: list(item), next_cursor: maybeText });

const snapshot = object<t.Snapshot>({
  agent: (value, path) => (value === undefined || value === null ? undefined : agentState(value, path)),
  cards: list(card),
  callbacks: list(callback),
  agents: list(agentState),
  server_time: time,
});
const envelope = object<{ epoch: string; seq: number; type: string; data: unknown }>({
  epoch: text,
  seq: number,
  type: text,
  data: (value) => value,
});

/** The question whether a script is there, and the answer to it: neither number nor data. */
export const aliveText = '{"type":"alive"}';

export const isAlive = (raw: string): boolean => raw === aliveText;

/** Decodes one text message of the websocket; throws WireError (or SyntaxError when it is no JSON). */
export function decodeFrame(raw: string): t.Frame {
  const { epoch, seq, type, data } = envelope(JSON.parse(raw), "frame");
  return { epoch, seq, message: decodeMessage(type, data) };
}

function decodeMessage(type: string, data: unknown): t.Message {
  switch (type) {
    case "snapshot":
      return { type, data: snapshot(data, type) };
    case "card.opened":
    case "card.updated":
    case "card.withdrawn":
    case "card.ended":
      return { type, data: card(data, type) };
    case "agent.changed":
      return { type, data: agentState(data, type) };
    case "callback.changed":
      return { type, data: callback(data, type) };
    case "note.changed":
      return { type, data: noteChange(data, type) };
    default:
      return { type: "unknown", data: { name: type } };
  }
}

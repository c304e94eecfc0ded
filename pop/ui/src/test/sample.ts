// Sample data for tests, the fake server and screenshots: one office with an agent Anna.

import type {
  AgentState,
  BlockName,
  Callback,
  CallRecord,
  Candidate,
  Card,
  PastCall,
  Phone,
} from "../protocol/types";

export const minutesAgo = (minutes: number, now = Date.now()): string =>
  new Date(now - minutes * 60_000).toISOString();

export const phone = (number: string): Phone => ({
  number,
  raw: number.replace("+7", "8"),
  ext: "",
  kind: number === "" ? "anonymous" : number.startsWith("+") ? "e164" : "internal",
});

export const agent = (more: Partial<AgentState> = {}): AgentState => ({
  agent: "anna",
  name: "Anna Smirnova",
  extension: "1001",
  mode: "ready",
  reason: "",
  since: minutesAgo(42),
  set_by: "anna",
  activity: "idle",
  block: "",
  call_id: "",
  device_status: 1,
  online: true,
  queues: [{ queue: "support", member: true, paused: false, reason: "", since: minutesAgo(42) }],
  pending: "",
  next: undefined,
  acw: undefined,
  block_since: "",
  missed_offers: 0,
  unreachable: false,
  unreachable_since: "",
  ...more,
});

export const colleague = agent({ agent: "boris", name: "Boris Kuznetsov", extension: "1002", set_by: "pbx" });

export const contact = (more: Partial<Candidate> = {}): Candidate => ({
  id: "c-1",
  source: "callcard",
  name: "Ivan Petrov",
  company: "Romashka Ltd",
  company_id: "c-900",
  is_company: false,
  phones: ["+79161234567"],
  email: "i.petrov@romashka.example",
  responsible: "anna",
  vip: true,
  notes: "Please call after 11:00.\nPrefers e-mail for documents.",
  url: "",
  certain: true,
  last_call: minutesAgo(60 * 26),
  orders: [
    {
      id: "o-77",
      title: "Delivery of 120 chairs",
      status: "in work",
      amount: "184 000 ₽",
      at: minutesAgo(60 * 24 * 12),
    },
    {
      id: "o-71",
      title: "Repair of a conference table",
      status: "done",
      amount: "12 300 ₽",
      at: minutesAgo(60 * 24 * 40),
    },
  ],
  ...more,
});

const plain = { vip: false, notes: "", email: "", orders: [] };

export const maria = contact({
  ...plain,
  id: "c-2",
  name: "Мария Петрова",
  company: "ИП Петрова",
  responsible: "boris",
});
export const reception = contact({
  ...plain,
  id: "c-3",
  name: "Romashka Ltd, reception",
  company: "Romashka Ltd",
  is_company: true,
  responsible: "",
  last_call: "",
});

export const past: PastCall[] = [
  {
    call_id: "main:4",
    at: minutesAgo(60 * 26),
    direction: "inbound",
    outcome: "answered",
    queue: "support",
    agent: "Anna Smirnova",
    seconds: 184,
    result: "order",
    note: "Asked for the delivery date; promised an answer.",
  },
  {
    call_id: "main:3",
    at: minutesAgo(60 * 30),
    direction: "outbound",
    outcome: "answered",
    queue: "",
    agent: "Boris Kuznetsov",
    seconds: 65,
    result: "",
    note: "",
  },
  {
    call_id: "main:2",
    at: minutesAgo(60 * 80),
    direction: "inbound",
    outcome: "abandoned",
    queue: "support",
    agent: "",
    seconds: 0,
    result: "",
    note: "",
  },
];

const usualBlocks: BlockName[] = [
  "identity",
  "callback",
  "variables",
  "people",
  "notes",
  "result",
  "orders",
  "history",
];

export const card = (more: Partial<Card> = {}): Card => ({
  call_id: "main:10",
  aliases: [],
  card_version: 1,
  state: "offered",
  call_state: "ringing",
  direction: "inbound",
  match: "unknown",
  client: phone("+79161234567"),
  client_name: "",
  candidates: [],
  chosen_id: "",
  lookup: "done",
  history: [],
  callback_id: "",
  queue: "support",
  did: "+74950000001",
  agent: "anna",
  device: "PJSIP/1001",
  transferred_by: "",
  reason: "",
  by: "",
  offered_at: minutesAgo(0),
  answered_at: "",
  ended_at: "",
  expires_at: minutesAgo(-1),
  late_join: false,
  certainty: "observed",
  queue_title: "Support line",
  did_title: "Main number",
  calls_today: 1,
  callback: undefined,
  usually: undefined,
  people: [],
  variables: [],
  scenario: { rule: "", blocks: usualBlocks, open: undefined },
  notes: [],
  result: undefined,
  can: [],
  ...more,
});

export const callback = (more: Partial<Callback> = {}): Callback => ({
  id: "cb-1",
  state: "open",
  client: phone("+79161234567"),
  line: "+74950000001",
  queue: "support",
  cause: "abandoned",
  missed: 2,
  agents: ["anna"],
  calls: ["main:1"],
  contact_id: "c-1",
  contact_name: "Ivan Petrov",
  created: minutesAgo(95),
  last_call: minutesAgo(20),
  closed: "",
  closed_by: "",
  claimed_by: "",
  claimed_by_name: "",
  due: "",
  ...more,
});

export const record = (more: Partial<CallRecord> = {}): CallRecord => ({
  call_id: "main:5",
  direction: "inbound",
  state: "ended",
  client: phone("+79161234567"),
  client_name: "",
  did: "+74950000001",
  started: minutesAgo(30),
  answered: minutesAgo(29.8),
  ended: minutesAgo(26),
  outcome: "answered",
  missed: false,
  certainty: "observed",
  talks: [
    {
      device: "PJSIP/1001",
      user: "anna",
      from: minutesAgo(29.8),
      to: minutesAgo(26),
      held_ns: 0,
      queue: "support",
    },
  ],
  visits: [{ queue: "support", joined: minutesAgo(30), left: minutesAgo(29.8), outcome: "answered" }],
  offers: [
    {
      user: "boris",
      device: "PJSIP/1002",
      at: minutesAgo(29.9),
      ended: minutesAgo(29.8),
      result: "withdrawn",
    },
    { user: "anna", device: "PJSIP/1001", at: minutesAgo(29.9), ended: minutesAgo(29.8), result: "accepted" },
  ],
  notes: [],
  result: undefined,
  contact_id: "c-1",
  contact_name: "Ivan Petrov",
  recordings: [{ id: "r-1", state: "stored", seconds: 228, started: minutesAgo(29.8), note: "" }],
  ...more,
});

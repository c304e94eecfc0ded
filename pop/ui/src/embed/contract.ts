// What a CRM's page and callcard's panel say to each other with postMessage. Documented in EMBED.md.
//
// Only pages that the configuration allows can frame the panel at all (CSP frame-ancestors,
// http.embed_origins), so the panel may trust the page above it. The page trusts the panel by
// its origin, which is that of embed.js itself.

/** Marks our messages among those of others on the same page. */
export const mark = "callcard/1";

/** The panel's first word, to whoever frames it; it holds nothing. The page answers with hello. */
export interface Awake {
  protocol: typeof mark;
  event: "awake";
}

/** Told to the page. Which of them there are is in `Events`. */
export interface Told<E extends keyof Events = keyof Events> {
  protocol: typeof mark;
  event: E;
  data: Events[E];
}

/** Asked by the page. */
export type Asked = { protocol: typeof mark; id: number } & (
  | { ask: "hello" }
  | { ask: "call"; number: string; contact_id?: string }
  | { ask: "open"; call_id: string }
);

/** The panel's answer; `error` is for people, in the agent's language where the server gave it. */
export interface Answered {
  protocol: typeof mark;
  answer: number;
  error?: string;
}

export interface CallView {
  call_id: string;
  state: "offered" | "dialing" | "accepted" | "withdrawn" | "ended";
  direction: "inbound" | "outbound" | "internal";
  match: "unknown" | "single" | "multiple" | "internal" | "anonymous";
  /** E.164 and as the PBX gave it; empty when the caller hides it. */
  number: string;
  raw: string;
  /** The contact that was chosen or is beyond doubt. */
  contact?: { id: string; name: string };
  queue: string;
  did: string;
  agent: string;
  reason?: string;
}

export interface Events {
  /** The panel is there; nobody may be logged in yet. */
  ready: { user: string | undefined };
  login: { user: string };
  logout: Record<string, never>;
  "card.opened": CallView;
  "card.updated": CallView;
  "card.closed": CallView;
  agent: { mode: string; reason: string; activity: string };
}

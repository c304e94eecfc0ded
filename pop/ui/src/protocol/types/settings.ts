// What the administrator configured, and whom one can call.

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

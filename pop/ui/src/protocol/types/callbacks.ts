// The duty to reach a client.

import type { Outcome, Phone } from "./calls";

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

export const tryOutcomes = ["", ...saidOutcomes, "rejected", "failed", "agent_no_answer"] as const;

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
  /** Most of the time to call is over. */
  reminded: boolean;
  /** Supervisors were told that it is overdue; again: so was their chief. */
  escalated: boolean;
  escalated_again: boolean;
  /** The working hours by which its time counts; "" are the office's own. */
  calendar: string;
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

import type { Attempt, Callback } from "../../protocol/types";
import { callback, card, minutesAgo, phone } from "../sample";
import type { Scenes } from "./scene";

const tried = (minutes: number, outcome: Attempt["outcome"], more: Partial<Attempt> = {}): Attempt => ({
  at: minutesAgo(minutes),
  agent: "boris",
  agent_name: "Boris Kuznetsov",
  call_id: "",
  outcome,
  note: "",
  said: true,
  ...more,
});

const stranger = { contact_id: "", contact_name: "" };

const open = (): Callback[] => [
  callback({
    attempts: [tried(50, "no_answer"), tried(30, "busy", { note: "talks all the time" })],
    causes: ["abandoned", "callback_requested"],
    missed: 4,
  }),
  callback({
    id: "cb-2",
    ...stranger,
    client: phone("+4930901820"),
    missed: 1,
    causes: ["timeout"],
    first_missed: minutesAgo(12),
    created: minutesAgo(12),
    due: minutesAgo(-18),
    reminded: false,
    escalated: false,
    escalated_again: false,
    claimed_by: "boris",
    claimed_by_name: "Boris Kuznetsov",
    claimed_until: minutesAgo(-3),
  }),
  callback({
    id: "cb-3",
    contact_name: "Мария Константиновна Петрова-Водкина",
    client: phone("+79031112233"),
    queue: "sales",
    missed: 1,
    causes: ["after_hours"],
    first_missed: minutesAgo(40),
    due: minutesAgo(-4),
    reminded: false,
    escalated: false,
    escalated_again: false,
    claimed_by: "anna",
    claimed_by_name: "Anna Smirnova",
    claimed_until: minutesAgo(-4),
  }),
  callback({
    id: "cb-4",
    ...stranger,
    client: phone("+12025550143"),
    missed: 0,
    line: "",
    queue: "",
    first_missed: "",
    causes: ["promised"],
    promised: true,
    note: "The price of 20 chairs, with delivery to Kazan.",
    due: minutesAgo(-115),
    not_before: minutesAgo(-115),
    reminded: false,
    escalated: false,
    escalated_again: false,
    assignee: "anna",
    assignee_name: "Anna Smirnova",
    assignee_until: minutesAgo(-120),
  }),
  callback({
    id: "cb-5",
    ...stranger,
    client: phone("+74951112233"),
    missed: 1,
    causes: ["direct_no_answer"],
    first_missed: minutesAgo(60 * 20),
    due: minutesAgo(-60 * 23),
    not_before: minutesAgo(-60 * 23),
    reminded: false,
    escalated: false,
    escalated_again: false,
    attempts: [tried(90, "call_later", { note: "asked for tomorrow" })],
  }),
];

const closed = (): Callback[] => [
  callback({
    id: "cb-11",
    state: "done",
    closed: minutesAgo(8),
    closed_by: "reached",
    closed_user: "anna",
    attempts: [tried(9, "reached", { agent: "anna", agent_name: "Anna Smirnova", said: false })],
  }),
  callback({
    id: "cb-12",
    ...stranger,
    client: phone("+4930901820"),
    state: "done",
    closed: minutesAgo(70),
    closed_by: "client_got_through",
    closed_user: "boris",
  }),
  callback({
    id: "cb-13",
    ...stranger,
    client: phone("+74951112233"),
    state: "cancelled",
    closed: minutesAgo(60 * 26),
    closed_by: "not_reached",
    attempts: [tried(60 * 50, "no_answer"), tried(60 * 40, "no_answer"), tried(60 * 27, "busy")],
  }),
];

/** Clients who wait for a call, in every state that a list shows. */
export const callbacks: Scenes = {
  owed: (office) => {
    office.callbacks = [...open(), ...closed()];
  },
  tried: (office) => {
    const mine = office.callbacks.find((each) => each.id === "cb-3");
    if (!mine) return;
    const attempts = [tried(1, "", { agent: "anna", agent_name: "Anna Smirnova", said: false })];
    office.callbacks = office.callbacks.map((each) => (each === mine ? { ...each, attempts } : each));
    office.publish("callback.changed", { ...mine, attempts });
  },
  owedOnCard: (office) =>
    office.ring(
      card({
        call_id: "main:31",
        direction: "outbound",
        state: "accepted",
        call_state: "talking",
        answered_at: minutesAgo(1),
        client: phone("+79031112233"),
        queue: "",
        queue_title: "",
        callback_id: "cb-3",
        can: ["hold", "transfer", "hangup"],
      }),
    ),
};

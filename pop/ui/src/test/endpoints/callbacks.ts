import type { Attempt, Callback, SaidOutcome } from "../../protocol/types";
import type { FakeOffice } from "../office";
import { type Answer, type Endpoint, ok, page, problem } from "../route";
import { callback, minutesAgo, phone } from "../sample";
import { deeds } from "./work";

const anna = { claimed_by: "anna", claimed_by_name: "Anna Smirnova" };
const nobody = { claimed_by: "", claimed_by_name: "", claimed_until: "" };

const attempt = (more: Partial<Attempt> = {}): Attempt => ({
  at: minutesAgo(0),
  agent: "anna",
  agent_name: "Anna Smirnova",
  call_id: "",
  outcome: "",
  note: "",
  said: false,
  ...more,
});

const act = (
  name: string,
  what: (b: Callback, body: Record<string, unknown>, office: FakeOffice) => Partial<Callback>,
): Endpoint => ({
  on: `POST /callbacks/{}/${name}`,
  answer: (office, { ids: [id = ""], body }) => {
    const before = office.callbacks.find((each) => each.id === id);
    if (!before) return problem(404, "no such callback");
    if (before.claimed_by && before.claimed_by !== "anna")
      return problem(409, "claimed", {
        claimed_by: before.claimed_by,
        claimed_by_name: before.claimed_by_name,
      });
    return change(office, before, what(before, body, office));
  },
});

/** The duties to call clients back, as far as Anna may see them. */
export const callbacks: Endpoint[] = [
  {
    on: "GET /callbacks",
    answer: (office, { query }) => {
      const [state, scope] = [query.get("state"), query.get("scope")];
      const fits = office.callbacks.filter(
        (each) =>
          (state === "all" || each.state === (state ?? "open")) &&
          (scope !== "mine" || each.closed_user === "anna" || each.claimed_by === "anna") &&
          (scope !== "queues" || office.user.queues.includes(each.queue)),
      );
      return page(fits, query, 8);
    },
  },
  {
    on: "GET /callbacks/{}",
    answer: (office, { ids: [id = ""] }) => {
      const found = office.callbacks.find((each) => each.id === id);
      return found ? ok(found) : problem(404, "no such callback");
    },
  },
  {
    on: "POST /callbacks",
    answer: (office, { body }) => {
      const due = String(body.due ?? minutesAgo(-20));
      const made = callback({
        id: `cb-${office.callbacks.length + 1}`,
        client: phone(String(body.number)),
        contact_id: "",
        contact_name: "",
        causes: ["promised"],
        promised: true,
        missed: 0,
        line: "",
        queue: String(body.queue ?? ""),
        note: String(body.note ?? ""),
        created: minutesAgo(0),
        first_missed: "",
        last_missed: "",
        last_call: minutesAgo(0),
        due,
        not_before: due,
        reminded: false,
        escalated: false,
        escalated_again: false,
        assignee: "anna",
        assignee_name: "Anna Smirnova",
        assignee_until: due,
      });
      office.callbacks = [...office.callbacks, made];
      office.publish("callback.changed", made);
      return ok(made);
    },
  },
  act("claim", () => ({ ...anna, claimed_until: minutesAgo(-5) })),
  act("release", () => nobody),
  {
    on: "POST /callbacks/{}/dial",
    answer: (office, { ids: [id = ""] }) => {
      const before = office.callbacks.find((each) => each.id === id);
      if (!before) return problem(404, "no such callback");
      deeds(office).push(`callback ${id}`);
      const attempts = [...before.attempts, attempt()];
      const { body } = change(office, before, { ...anna, claimed_until: minutesAgo(-5), attempts });
      return { status: 202, body: { action_id: "a-1", callback: body } };
    },
  },
  act("outcome", (before, body) => {
    const outcome = body.outcome as SaidOutcome;
    const last = before.attempts.findLastIndex((each) => !each.said);
    const said = attempt({ ...before.attempts[last], outcome, note: String(body.note ?? ""), said: true });
    const attempts = [...before.attempts.filter((_, i) => i !== last), said];
    const due = String(body.due ?? minutesAgo(-15));
    const closed = { closed: minutesAgo(0), closed_by: outcome, closed_user: "anna" };
    if (outcome === "reached") return { ...nobody, attempts, ...closed, state: "done" };
    if (outcome === "wrong_number" || outcome === "refused")
      return { ...nobody, attempts, ...closed, state: "cancelled" };
    return {
      ...nobody,
      attempts,
      due,
      not_before: due,
      state: "open",
      reminded: false,
      escalated: false,
      escalated_again: false,
    };
  }),
  act("reschedule", (_, { due }) => ({
    ...nobody,
    due: String(due),
    not_before: String(due),
    promised: true,
    reminded: false,
    escalated: false,
    escalated_again: false,
    assignee: "anna",
    assignee_name: "Anna Smirnova",
    assignee_until: String(due),
  })),
  act("close", (_, { reason }) => ({
    ...nobody,
    state: reason === "reached" ? "done" : "cancelled",
    closed: minutesAgo(0),
    closed_by: String(reason),
    closed_user: "anna",
  })),
];

function change(office: FakeOffice, before: Callback, more: Partial<Callback>): Answer {
  const after = { ...before, ...more };
  office.callbacks = office.callbacks.map((each) => (each === before ? after : each));
  office.publish("callback.changed", after);
  return ok(after);
}

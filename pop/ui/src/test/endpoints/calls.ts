import type { CallRecord } from "../../protocol/types";
import type { FakeOffice } from "../office";
import { type Answer, type Endpoint, ok, page, problem } from "../route";
import { record } from "../sample";
import { sampleTrace } from "../sampleTrace";
import { unresolvedOf } from "./lists";

/** Past calls and what is asked of one call. */
export const calls: Endpoint[] = [
  {
    on: "GET /calls",
    answer: (office, { query }) => {
      if (query.get("unresolved")) return ok({ items: unresolvedOf(office) });
      return page(
        office.calls.filter((each) => fits(each, query)),
        query,
        8,
      );
    },
  },
  {
    on: "POST /calls/{}/contact",
    answer: (office, { ids: [id = ""], body }) => choose(office, id, String(body.contact_id)),
  },
  {
    on: "GET /calls/{}/trace",
    answer: (office, { ids: [call_id = ""] }) =>
      ok({ call_id, items: office.traces.get(call_id) ?? sampleTrace() }),
  },
];

function fits(call: CallRecord, query: URLSearchParams): boolean {
  const has = (name: string) => query.get(name) ?? "";
  const q = has("q").toLowerCase();
  const text = `${call.contact_name} ${call.client_name} ${call.client.number}`.toLowerCase();
  return (
    call.client.number.includes(has("number")) &&
    text.includes(q) &&
    call.direction.startsWith(has("direction")) &&
    call.outcome.startsWith(has("outcome")) &&
    (!has("missed") || call.missed)
  );
}

function choose(office: FakeOffice, callId: string, contactId: string): Answer {
  const card = office.cards.find((each) => each.call_id === callId);
  const chosen = office.contacts.find((each) => each.id === contactId);
  if (!chosen) return problem(404, "no such contact");
  const sorted = unresolvedOf(office).findIndex((each) => each.call_id === callId);
  if (sorted >= 0) unresolvedOf(office).splice(sorted, 1);
  if (card) {
    const others = card.candidates.filter((each) => each.id !== contactId);
    const known = card.candidates.find((each) => each.id === contactId) ?? { ...chosen, certain: false };
    office.change(callId, {
      chosen_id: contactId,
      candidates: card.candidates.includes(known) ? card.candidates : [...others, known],
    });
  }
  return ok(record({ call_id: callId, contact_id: contactId }));
}

import type { Candidate } from "../../protocol/types";
import { type Endpoint, ok } from "../route";
import { contact } from "../sample";

export const contacts: Endpoint[] = [
  {
    on: "GET /contacts",
    answer: (office, { query }) => {
      const q = (query.get("q") ?? "").toLowerCase();
      const found = office.contacts.filter((each) =>
        `${each.name} ${each.company} ${each.phones}`.toLowerCase().includes(q),
      );
      return ok({ items: found.map((each) => ({ ...each, certain: false })) });
    },
  },
  {
    on: "POST /contacts",
    answer: (office, { body }) => {
      const made = contact({
        ...(body as Partial<Candidate>),
        id: `c-${office.contacts.length + 1}`,
        orders: [],
        last_call: "",
        responsible: "",
      });
      office.contacts.push(made);
      for (const card of office.cards.filter((each) => made.phones.includes(each.client.number)))
        office.change(card.call_id, { match: "single", candidates: [made] });
      return { status: 201, body: made };
    },
  },
];

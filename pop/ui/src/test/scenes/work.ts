import type { Card, Contact } from "../../protocol/types";
import { card, contact, maria, minutesAgo, past, phone, reception } from "../sample";
import type { Scenes } from "./scene";

const person = (id: string, name: string): Contact => ({ ...reception, id, name, is_company: false });

const known: Partial<Card> = {
  match: "single",
  candidates: [contact()],
  history: past,
  calls_today: 3,
  callback: {
    id: "cb-1",
    missed: 2,
    first_missed: minutesAgo(95),
    last_missed: minutesAgo(20),
    claimed_by: "",
    claimed_by_name: "",
    due: "",
  },
};

const talking: Partial<Card> = {
  state: "accepted",
  call_state: "talking",
  answered_at: minutesAgo(2.2),
  can: ["hold", "transfer", "hangup"],
};

const note = {
  agent: "boris",
  agent_name: "Boris Kuznetsov",
  text: "Wants 20 chairs more, asks for a discount.\nContract 40-115.",
  version: 2,
  updated_at: minutesAgo(3),
};

/** The agent at work: ringing with everything known, talking, holding, asking, writing, calling out. */
export const work: Scenes = {
  ringKnown: (office) =>
    office.ring(
      card({
        call_id: "main:20",
        ...known,
        can: ["answer"],
        variables: [{ name: "contract", label: "Contract", value: "40-115/2026" }],
        scenario: {
          ...card().scenario,
          rule: "known client",
          open: {
            when: "click",
            url: "https://crm.example/deals/40-115",
            label: "Contract 40-115",
            target: "tab",
          },
        },
      }),
    ),
  talk: (office) =>
    office.ring(
      card({
        call_id: "main:21",
        ...known,
        ...talking,
        transferred_by: "Boris Kuznetsov",
        notes: [note],
        result: {
          result: "order",
          reasons: ["delivery"],
          agent: "anna",
          agent_name: "Anna",
          at: minutesAgo(1),
        },
      }),
    ),
  hold: (office) => office.change("main:21", { call_state: "held", can: ["resume", "transfer", "hangup"] }),
  consult: (office) =>
    office.change("main:21", { call_state: "held", can: ["complete_transfer", "cancel_transfer"] }),
  wrapUp: (office) => {
    office.change(
      "main:21",
      { state: "ended", call_state: "ended", ended_at: minutesAgo(0), can: [] },
      "card.ended",
    );
    office.setSelf({
      activity: "acw",
      acw: { call_id: "main:21", until: minutesAgo(-0.7), extends_left: 2 },
    });
  },
  found: (office) => office.change("main:11", { ...known, lookup: "done" }),
  company: (office) =>
    office.ring(
      card({
        call_id: "main:22",
        match: "single",
        client: phone("+74951112233"),
        candidates: [{ ...reception, name: "Romashka Ltd" }],
        people: [
          person("p-1", "Ivan Petrov"),
          person("p-2", "Ольга Никитина"),
          person("p-3", "Sergei Volkov"),
        ],
        history: past.slice(1),
        can: ["answer"],
      }),
    ),
  usually: (office) =>
    office.ring(
      card({
        call_id: "main:23",
        match: "multiple",
        candidates: [contact(), maria, reception],
        usually: { contact_id: "c-2", name: maria.name, times: 4 },
        history: past,
        calls_today: 2,
        can: ["answer"],
      }),
    ),
  dialing: (office) =>
    office.ring(
      card({
        call_id: "main:24",
        state: "dialing",
        direction: "outbound",
        queue: "",
        queue_title: "",
        client: phone("+4930901820"),
        can: ["hangup"],
      }),
    ),
  nextLunch: (office) =>
    office.setSelf({ activity: "talking", next: { mode: "not_ready", reason: "lunch" } }),
  blocked: (office) => office.setSelf({ block: "rona", block_since: minutesAgo(4), missed_offers: 3 }),
  bySupervisor: (office) => office.setSelf({ mode: "not_ready", reason: "training", set_by: "boris" }),
};

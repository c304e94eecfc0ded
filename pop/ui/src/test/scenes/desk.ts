import { agent, card, contact, maria, minutesAgo, past, phone, reception } from "../sample";
import type { Scenes } from "./scene";

const known = { match: "single", candidates: [contact()], history: past, callback_id: "cb-1" } as const;

/** Calls on the desk and what becomes of them. */
export const desk: Scenes = {
  empty: (office) => {
    office.cards = [];
    office.callbacks = [];
    office.calls = [];
  },
  single: (office) => office.ring(card({ ...known, candidates: [contact()], history: past })),
  pending: (office) =>
    office.ring(card({ call_id: "main:11", client: phone("+447911123456"), lookup: "pending" })),
  foundSeveral: (office) =>
    office.change("main:11", {
      lookup: "done",
      match: "multiple",
      candidates: [contact(), maria, reception],
    }),
  foundNobody: (office) => office.change("main:11", { lookup: "done" }),
  failed: (office) =>
    office.ring(card({ call_id: "main:12", client: phone("+447911123456"), lookup: "failed" })),
  unknown: (office) =>
    office.ring(card({ call_id: "main:13", client: phone("+12025550143"), client_name: "WASHINGTON DC" })),
  maybe: (office) =>
    office.ring(
      card({
        call_id: "main:14",
        client: phone("+74991234567"),
        candidates: [contact({ certain: false }), { ...maria, certain: false }],
      }),
    ),
  multiple: (office) =>
    office.ring(
      card({
        call_id: "main:15",
        match: "multiple",
        candidates: [contact(), maria, reception],
        history: past,
        transferred_by: "Boris Kuznetsov",
      }),
    ),
  internal: (office) =>
    office.ring(
      card({
        call_id: "main:16",
        match: "internal",
        direction: "internal",
        client: phone("1002"),
        client_name: "Boris Kuznetsov",
        queue: "",
        did: "",
      }),
    ),
  anonymous: (office) => office.ring(card({ call_id: "main:17", match: "anonymous", client: phone("") })),
  answer: (office) => {
    const ringing = office.cards.find((each) => each.state === "offered");
    if (ringing)
      office.change(ringing.call_id, {
        state: "accepted",
        call_state: "talking",
        answered_at: minutesAgo(0),
      });
  },
  withdraw: (office) => {
    const ringing = office.cards.findLast((each) => each.state === "offered");
    if (ringing)
      office.change(
        ringing.call_id,
        { state: "withdrawn", reason: "answered_elsewhere", by: "Boris Kuznetsov" },
        "card.withdrawn",
      );
  },
  end: (office) => {
    const talking = office.cards.find((each) => each.state === "accepted");
    if (talking)
      office.change(
        talking.call_id,
        { state: "ended", call_state: "ended", ended_at: new Date().toISOString() },
        "card.ended",
      );
  },
  pausedElsewhere: (office) => {
    office.self = agent();
    office.setSelf({
      mode: "not_ready",
      reason: "lunch",
      set_by: "pbx",
      since: minutesAgo(7),
      pending: "the PBX has not confirmed yet",
    });
  },
  missed: (office) => office.setSelf({ mode: "ready", block: "rona", since: minutesAgo(3) }),
  restart: (office) => office.restart(),
};

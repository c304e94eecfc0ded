import type { AgentState, Card, Note } from "../../protocol/types";
import type { FakeOffice } from "../office";
import { type Answer, type Endpoint, ok, problem, slot } from "../route";
import { minutesAgo } from "../sample";
import { sampleDirectory, sampleSettings } from "../sampleSettings";

/** What the office was asked to do with calls, as "hold main:10" and "blind main:10 1002". */
export const deeds = slot(() => [] as string[]);

export const settings = slot(() => sampleSettings());

const accepted: Answer = { status: 202, body: {} };

const cardOf = (office: FakeOffice, id: string): Card | undefined =>
  office.cards.find((each) => each.call_id === id);

function deed(office: FakeOffice, ...words: string[]): Answer {
  deeds(office).push(words.join(" "));
  return accepted;
}

/** Hold and the like, with what the PBX would make of them. */
const act = (name: string, more: Partial<Card>): Endpoint => ({
  on: `POST /calls/{}/${name}`,
  answer: (office, { ids: [id = ""] }) => {
    const done = deed(office, name, id);
    office.change(id, more);
    return done;
  },
});

const talking = { state: "accepted", call_state: "talking" } as const;

const self = (office: FakeOffice, more: Partial<AgentState>): Answer => {
  office.setSelf(more);
  return ok(office.self);
};

function saveNote(office: FakeOffice, id: string, body: Record<string, unknown>): Answer {
  const card = cardOf(office, id);
  const current = card?.notes.find((each) => each.agent === "anna");
  if (Number(body.base) !== (current?.version ?? 0)) return problem(409, "written elsewhere", { current });
  const note: Note = {
    agent: "anna",
    agent_name: "Anna Smirnova",
    text: String(body.text),
    version: (current?.version ?? 0) + 1,
    updated_at: minutesAgo(0),
  };
  if (card) card.notes = [...card.notes.filter((each) => each.agent !== "anna"), note];
  office.publish("note.changed", { call_id: id, note });
  return ok(note);
}

/** What an agent does with a call and with his own state. */
export const work: Endpoint[] = [
  { on: "GET /settings", answer: (office) => ok(settings(office)) },
  {
    on: "GET /directory",
    answer: (_, { query }) => {
      const q = (query.get("q") ?? "").toLowerCase();
      const fits = sampleDirectory().filter((each) =>
        `${each.name} ${each.number}`.toLowerCase().includes(q),
      );
      return ok({ items: fits });
    },
  },
  {
    on: "PUT /calls/{}/note",
    answer: (office, { ids: [id = ""], body }) => saveNote(office, id, body),
  },
  {
    on: "PUT /calls/{}/result",
    answer: (office, { ids: [id = ""], body }) => {
      const result = {
        result: String(body.result ?? ""),
        reasons: (body.reasons as string[]) ?? [],
        agent: "anna",
        agent_name: "Anna Smirnova",
        at: minutesAgo(0),
      };
      office.change(id, { result });
      return ok(result);
    },
  },
  act("answer", { ...talking, answered_at: minutesAgo(0), can: ["hold", "transfer", "hangup"] }),
  act("hold", { call_state: "held", can: ["resume", "transfer", "hangup"] }),
  act("resume", { call_state: "talking", can: ["hold", "transfer", "hangup"] }),
  act("recording/pause", { recording: "paused", can: ["hold", "transfer", "resume_recording", "hangup"] }),
  act("recording/resume", { recording: "on", can: ["hold", "transfer", "pause_recording", "hangup"] }),
  act("transfer/complete", { state: "ended", call_state: "ended", ended_at: minutesAgo(0), can: [] }),
  act("transfer/cancel", { call_state: "talking", can: ["hold", "transfer", "hangup"] }),
  {
    on: "POST /calls/{}/hangup",
    answer: (office, { ids: [id = ""] }) => {
      office.change(
        id,
        { state: "ended", call_state: "ended", ended_at: minutesAgo(0), can: [] },
        "card.ended",
      );
      return deed(office, "hangup", id);
    },
  },
  {
    on: "POST /calls/{}/transfer",
    answer: (office, { ids: [id = ""], body }) => {
      if (body.kind === "attended") office.change(id, { can: ["complete_transfer", "cancel_transfer"] });
      return deed(office, String(body.kind), id, String(body.to));
    },
  },
  { on: "POST /calls", answer: (office, { body }) => deed(office, "dial", String(body.number)) },
  { on: "DELETE /me/next", answer: (office) => self(office, { next: undefined }) },
  {
    on: "POST /me/block/clear",
    answer: (office) => self(office, { block: "", block_since: "", missed_offers: 0 }),
  },
  { on: "POST /me/acw/finish", answer: (office) => self(office, { activity: "idle", acw: undefined }) },
  {
    on: "POST /me/acw/extend",
    answer: (office) => {
      const { acw } = office.self;
      if (!acw) return problem(409, "no after-call work goes on");
      const until = new Date(Date.parse(acw.until) + 60_000).toISOString();
      return self(office, { acw: { ...acw, until, extends_left: acw.extends_left - 1 } });
    },
  },
];

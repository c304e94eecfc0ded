import type { Callback } from "../../protocol/types";
import type { FakeOffice } from "../office";
import { type Answer, type Endpoint, ok, problem } from "../route";

export const callbacks: Endpoint[] = [
  { on: "GET /callbacks", answer: (office) => ok({ items: office.callbacks }) },
  {
    on: "POST /callbacks/{}/claim",
    answer: (office, { ids: [id = ""] }) =>
      change(office, id, { claimed_by: "anna", claimed_by_name: "Anna Smirnova" }),
  },
  {
    on: "POST /callbacks/{}/close",
    answer: (office, { ids: [id = ""] }) => change(office, id, { state: "done", closed_by: "anna" }),
  },
];

function change(office: FakeOffice, id: string, more: Partial<Callback>): Answer {
  const before = office.callbacks.find((each) => each.id === id);
  if (!before) return problem(404, "no such callback");
  const after = { ...before, ...more };
  office.callbacks = office.callbacks.map((each) => (each === before ? after : each));
  office.publish("callback.changed", after);
  return ok(after);
}

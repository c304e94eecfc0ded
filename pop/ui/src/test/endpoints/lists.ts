import type { Hold } from "../../protocol/types";
import type { FakeOffice } from "../office";
import { done, type Endpoint, ok, page, problem, slot } from "../route";
import { minutesAgo, phone, record } from "../sample";

const unsorted = slot(() =>
  ["+12025550143", "+447911123456", "+79161234567"].map((number, i) =>
    record({
      call_id: `main:u${i}`,
      client: phone(number),
      client_name: i === 0 ? "WASHINGTON DC" : "",
      contact_id: "",
      contact_name: "",
      started: minutesAgo(20 + i * 37),
      notes:
        i === 0
          ? [
              {
                agent: "boris",
                agent_name: "Boris Kuznetsov",
                text: "Спрашивал про доставку",
                version: 1,
                updated_at: minutesAgo(18),
              },
            ]
          : [],
    }),
  ),
);

/** A hold is of the whole call. */
function keep(office: FakeOffice, id: string | undefined, hold: Hold | undefined) {
  const call = office.calls.find((each) => each.recordings.some((one) => one.id === id));
  if (!call) return problem(404, "no such recording");
  call.recordings = call.recordings.map((each) => ({ ...each, hold }));
  return ok(call.recordings.find((each) => each.id === id));
}

/** What the pages beside the desk ask. */
export const lists: Endpoint[] = [
  {
    on: "GET /calls/unresolved/count",
    answer: (office) => ok({ count: unsorted(office).length }),
  },
  {
    on: "GET /calls/{}",
    answer: (office, { ids: [id] }) => {
      const found = [...office.calls, ...unsorted(office)].find((each) => each.call_id === id);
      return found ? ok(found) : problem(404, "no such call");
    },
  },
  {
    on: "PUT /recordings/{}/hold",
    answer: (office, { ids: [id], body }) =>
      keep(office, id, { by: office.user.username, reason: String(body.reason), at: minutesAgo(0) }),
  },
  {
    on: "DELETE /recordings/{}/hold",
    answer: (office, { ids: [id] }) => keep(office, id, undefined),
  },
  {
    on: "POST /calls/{}/resolve",
    answer: (office, { ids: [id] }) => {
      const calls = unsorted(office);
      const at = calls.findIndex((each) => each.call_id === id);
      if (at < 0) return problem(404, "no such call");
      return ok(calls.splice(at, 1)[0]);
    },
  },
  {
    on: "GET /contacts/{}",
    answer: (office, { ids: [id] }) => {
      const found = office.contacts.find((each) => each.id === id);
      if (!found) return problem(404, "no such contact");
      return ok({
        ...found,
        people: [],
        callbacks: office.callbacks.filter((each) => each.contact_id === id),
      });
    },
  },
  {
    on: "PATCH /contacts/{}",
    answer: (office, { ids: [id], body }) => {
      const at = office.contacts.findIndex((each) => each.id === id);
      const before = office.contacts[at];
      if (!before) return problem(404, "no such contact");
      office.contacts[at] = { ...before, ...body };
      return ok(office.contacts[at]);
    },
  },
  {
    on: "DELETE /contacts/{}",
    answer: (office, { ids: [id] }) => {
      office.contacts = office.contacts.filter((each) => each.id !== id);
      return done;
    },
  },
  {
    on: "GET /contacts/{}/calls",
    answer: (office, { ids: [id], query }) =>
      page(
        office.calls.filter((each) => each.contact_name !== "" && each.contact_id === id),
        query,
        8,
      ),
  },
  {
    on: "GET /recordings/{}/peaks",
    answer: () =>
      ok({
        seconds: 180,
        peaks: Array.from({ length: 200 }, (_, i) =>
          Math.round(55 + 45 * Math.sin(i / 3) * Math.sin(i / 17)),
        ),
      }),
  },
  {
    on: "GET /queues",
    answer: () =>
      ok({
        items: [
          {
            pbx: "main",
            name: "support",
            waiting: [
              { call_id: "main:70", since: minutesAgo(2.3) },
              { call_id: "main:71", since: minutesAgo(0.4) },
            ],
            members: [
              { device: "PJSIP/1001", name: "Anna Smirnova", paused: false, status: 2 },
              {
                device: "PJSIP/1002",
                name: "Boris Kuznetsov",
                paused: true,
                paused_reason: "lunch",
                status: 1,
              },
            ],
          },
          {
            pbx: "main",
            name: "sales",
            waiting: [],
            members: [{ device: "PJSIP/1003", name: "Victor", status: 1 }],
          },
        ],
      }),
  },
];

/** Calls whose client is not known yet, of an office. */
export const unresolvedOf = unsorted;

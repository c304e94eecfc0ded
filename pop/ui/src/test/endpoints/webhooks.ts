import { done, type Endpoint, ok, problem, slot } from "../route";
import { minutesAgo } from "../sample";

const hook = (id: string, more: object = {}) => ({
  id,
  url: `https://${id}.example.com/callcard`,
  format: "callcard",
  events: ["call.ended", "callback.*"],
  enabled: true,
  fixed: false,
  pending: 0,
  dead: 0,
  ...more,
});

export const hooks = slot(() => [
  hook("crm", { fixed: true }),
  hook("warehouse", { pending: 3, oldest: minutesAgo(12), dead: 2, description: "Orders" }),
  hook("old", { enabled: false, disabled: "the endpoint answered 410 Gone" }),
]);

const messages = [
  { id: "d-1", type: "call.ended", state: "delivered", created: minutesAgo(1), attempts: 1, status: 204 },
  {
    id: "d-2",
    type: "callback.opened",
    state: "pending",
    created: minutesAgo(12),
    attempts: 3,
    status: 500,
    error: "500 Internal Server Error",
  },
  {
    id: "d-3",
    type: "call.ended",
    state: "dead",
    created: minutesAgo(4000),
    attempts: 10,
    error: "connection refused",
  },
];

const body = JSON.stringify({
  type: "call.ended",
  timestamp: minutesAgo(1),
  data: { seq: 5, contact_id: "c-1" },
});

/** Endpoints that are told what happens. */
export const webhooks: readonly Endpoint[] = [
  { on: "GET /webhooks", answer: (office) => ok({ items: hooks(office) }) },
  {
    on: "POST /webhooks",
    answer: (office, { body }) => {
      if (!String(body.url).startsWith("https:")) return problem(422, "url: want https");
      hooks(office).push(hook("new", body));
      return {
        status: 201,
        body: { ...hook("new", body), secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" },
      };
    },
  },
  { on: "POST /webhooks/{}/test", answer: () => done },
  { on: "POST /webhooks/{}/replay", answer: () => ok({ count: 2 }) },
  {
    on: "GET /webhooks/{}/deliveries",
    answer: (_office, { query }) =>
      ok({ items: messages.filter(({ state }) => !query.get("state") || state === query.get("state")) }),
  },
  {
    on: "GET /deliveries/{}",
    answer: (_office, { ids }) => ok({ ...messages.find(({ id }) => id === ids[0]), body }),
  },
  { on: "POST /deliveries/{}/replay", answer: () => ok({ count: 1 }) },
];

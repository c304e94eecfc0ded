// The REST client. Every failure becomes one ApiError whose `kind` the views translate.

import createClient, { type Client } from "openapi-fetch";
import type * as t from "../protocol/types";
import * as wire from "../protocol/wire";
import { CallbackApi } from "./callbackApi";
import { ListApi } from "./listApi";
import type { paths } from "./schema";
import { WebhookApi } from "./webhookApi";
import { WorkApi } from "./workApi";

export type FailureKind =
  | "unreachable"
  | "login"
  | "throttled"
  | "forbidden"
  | "not_found"
  | "invalid"
  | "unavailable"
  | "refused"
  | "server";

/** A problem document of RFC 9457, as far as the page uses it. */
interface Problem {
  title?: string;
  detail?: string;
  errors?: { message?: string; location?: string }[];
}

export class ApiError extends Error {
  constructor(
    readonly kind: FailureKind,
    readonly status: number,
    readonly detail: string,
    readonly retryAfter = 0,
    /** The whole problem document, with its extra members. */
    readonly body: unknown = undefined,
  ) {
    super(detail || kind);
    this.name = "ApiError";
  }
}

export interface Profile {
  user: t.User;
  state: t.AgentState | undefined;
}

export interface CallFilter {
  number?: string;
  from?: string;
  to?: string;
  cursor?: string;
}

export interface NewContact {
  name: string;
  phones: string[];
  company: string;
  email: string;
  notes: string;
  vip: boolean;
  call_id: string;
}

export interface Reply {
  data?: unknown;
  error?: unknown;
  response: Response;
}

function profile(body: unknown): Profile {
  const { user, state } = (body ?? {}) as { user?: unknown; state?: unknown };
  return { user: wire.user(user, "user"), state: state ? wire.agentState(state, "state") : undefined };
}

/** Requests are typed by the generated schema, answers are checked by the decoders of the protocol. */
export class Api {
  readonly #client: Client<paths>;
  /** What an agent does with a call and with his own state. */
  readonly work: WorkApi;
  readonly callbacks: CallbackApi;
  readonly lists: ListApi;
  readonly webhooks: WebhookApi;

  constructor(fetcher: typeof fetch) {
    this.callbacks = new CallbackApi(fetcher);
    this.work = new WorkApi(fetcher);
    this.lists = new ListApi(fetcher);
    this.webhooks = new WebhookApi(fetcher);
    this.#client = createClient<paths>({ baseUrl: location.origin, fetch: (request) => fetcher(request) });
  }

  login = async (username: string, password: string): Promise<Profile> =>
    profile(await answer(this.#client.POST("/api/v1/login", { body: { username, password } })));

  logout = async (): Promise<void> => {
    await answer(this.#client.POST("/api/v1/logout"));
  };

  me = async (): Promise<Profile> => profile(await answer(this.#client.GET("/api/v1/me")));

  setMode = async (mode: t.Mode, reason: string): Promise<t.AgentState> =>
    wire.agentState(
      await answer(this.#client.PUT("/api/v1/me/mode", { body: { mode, reason, when: "now" } })),
      "state",
    );

  calls = async (filter: CallFilter): Promise<t.Page<t.CallRecord>> => {
    const query = filled(filter);
    return callPage(await answer(this.#client.GET("/api/v1/calls", { params: { query } })), "calls");
  };

  contacts = async (q: string): Promise<t.Candidate[]> =>
    found(await answer(this.#client.GET("/api/v1/contacts", { params: { query: { q } } })), "contacts").items;

  createContact = async (contact: NewContact): Promise<t.Contact> =>
    wire.contact(await answer(this.#client.POST("/api/v1/contacts", { body: contact })), "contact");

  choose = async (id: string, contact_id: string): Promise<void> => {
    const params = { path: { id } };
    await answer(this.#client.POST("/api/v1/calls/{id}/contact", { params, body: { contact_id } }));
  };

  trace = async (id: string): Promise<t.Trace> =>
    wire.trace(
      await answer(this.#client.GET("/api/v1/calls/{id}/trace", { params: { path: { id } } })),
      "trace",
    );

  audioUrl = (recordingId: string): string => `/api/v1/recordings/${encodeURIComponent(recordingId)}/audio`;
}

const callPage = wire.pageOf(wire.callRecord);
const found = wire.pageOf(wire.candidate);

/** Leaves out what is empty: an empty filter field means no filter. */
const filled = (fields: CallFilter): CallFilter =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));

export async function answer(call: Promise<Reply>): Promise<unknown> {
  const reply = await call.catch((error: unknown) => {
    throw new ApiError("unreachable", 0, String(error));
  });
  if (!reply.response.ok) throw failure(reply);
  return reply.data;
}

function failure({ error, response }: Reply): ApiError {
  const problem: Problem = typeof error === "object" && error !== null ? error : {};
  const faults = problem.errors?.map((e) => [e.location, e.message].filter(Boolean).join(": ")) ?? [];
  const detail = [problem.detail ?? problem.title, ...faults].filter(Boolean).join("; ");
  const retryAfter = Number(response.headers.get("Retry-After")) || 0;
  // Without words it is a proxy's answer: then callcard itself is away.
  const kind = response.status === 502 && detail !== "" ? "refused" : kindOf(response.status);
  return new ApiError(kind, response.status, detail, retryAfter, error);
}

function kindOf(status: number): FailureKind {
  switch (status) {
    case 400:
    case 409:
    case 422:
      return "invalid";
    case 401:
      return "login";
    case 403:
      return "forbidden";
    case 404:
      return "not_found";
    case 429:
      return "throttled";
    case 502:
    case 503:
      return "unavailable";
    default:
      return "server";
  }
}

// The REST client. Every failure becomes one ApiError whose `kind` the views translate.

import type * as t from "../protocol/types";
import * as wire from "../protocol/wire";

export type FailureKind =
  | "unreachable"
  | "login"
  | "too_many"
  | "forbidden"
  | "not_found"
  | "invalid"
  | "unavailable"
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

type Decode<T> = (body: unknown, path: string) => T;

const nothing: Decode<undefined> = () => undefined;

function profile(value: unknown): Profile {
  const body = (value ?? {}) as { user?: unknown; state?: unknown };
  const state = body.state ? wire.agentState(body.state, "state") : undefined;
  return { user: wire.user(body.user, "user"), state };
}

export class Api {
  readonly #fetch: typeof fetch;

  constructor(fetcher: typeof fetch) {
    this.#fetch = fetcher;
  }

  login = (username: string, password: string): Promise<Profile> =>
    this.#call("POST", "/login", profile, { username, password });

  logout = (): Promise<undefined> => this.#call("POST", "/logout", nothing);

  me = (): Promise<Profile> => this.#call("GET", "/me", profile);

  setMode = (mode: t.Mode, reason: string): Promise<t.AgentState> =>
    this.#call("PUT", "/me/mode", (body) => wire.agentState(body, "state"), { mode, reason });

  calls = (filter: CallFilter): Promise<t.Page<t.CallRecord>> =>
    this.#call("GET", `/calls${query({ ...filter })}`, (body) => wire.pageOf(wire.callRecord)(body, "calls"));

  contacts = (by: { q?: string; phone?: string }): Promise<t.Candidate[]> =>
    this.#call("GET", `/contacts${query(by)}`, (body) => wire.pageOf(wire.candidate)(body, "contacts").items);

  createContact = (contact: NewContact): Promise<t.Contact> =>
    this.#call("POST", "/contacts", (body) => wire.contact(body, "contact"), contact);

  choose = (callId: string, contactId: string): Promise<undefined> =>
    this.#call("POST", `/calls/${encodeURIComponent(callId)}/contact`, nothing, { contact_id: contactId });

  audioUrl = (recordingId: string): string => `/api/v1/recordings/${encodeURIComponent(recordingId)}/audio`;

  async #call<T>(method: string, path: string, decode: Decode<T>, body?: unknown): Promise<T> {
    const response = await this.#send(method, path, body);
    if (!response.ok) throw await failure(response);
    const raw: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined);
    return decode(raw, path);
  }

  async #send(method: string, path: string, body?: unknown): Promise<Response> {
    const headers: Record<string, string> = { Accept: "application/json" };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    try {
      return await this.#fetch(`/api/v1${path}`, {
        method,
        headers,
        credentials: "same-origin",
        body: body === undefined ? undefined : JSON.stringify(body),
      });
    } catch (error) {
      throw new ApiError("unreachable", 0, String(error));
    }
  }
}

function query(fields: Record<string, string | undefined>): string {
  const filled = Object.entries(fields).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return filled.length ? `?${new URLSearchParams(filled)}` : "";
}

async function failure(response: Response): Promise<ApiError> {
  const problem = (await response.json().catch(() => ({}))) as Problem;
  const faults = problem.errors?.map((e) => [e.location, e.message].filter(Boolean).join(": ")) ?? [];
  const detail = [problem.detail ?? problem.title, ...faults].filter(Boolean).join("; ");
  const retryAfter = Number(response.headers.get("Retry-After")) || 0;
  return new ApiError(kindOf(response.status), response.status, detail, retryAfter);
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
      return "too_many";
    case 502:
    case 503:
      return "unavailable";
    default:
      return "server";
  }
}

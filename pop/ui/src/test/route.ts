// How an endpoint of the fake office is written down, and how a request finds it.

import type { FakeOffice } from "./office";

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Ask {
  /** What the path's `{}` stood for, decoded, in order. */
  ids: string[];
  query: URLSearchParams;
  body: Record<string, unknown>;
}

export interface Endpoint {
  /** Method and path below /api/v1: "GET /calls/{}/trace". */
  on: string;
  answer(office: FakeOffice, ask: Ask): Answer;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });

export const done: Answer = { status: 204 };

export const problem = (status: number, detail: string, more: object = {}): Answer => ({
  status,
  body: { status, detail, ...more },
});

/** The first endpoint that fits, with what stands in its places. */
export function find(
  endpoints: readonly Endpoint[],
  method: string,
  path: string,
): { endpoint: Endpoint; ids: string[] } | undefined {
  for (const endpoint of endpoints) {
    const [verb, pattern = ""] = endpoint.on.split(" ");
    const fits = new RegExp(`^${pattern.replaceAll("{}", "([^/]+)")}$`).exec(path);
    if (verb === method && fits) return { endpoint, ids: fits.slice(1).map(decodeURIComponent) };
  }
  return undefined;
}

/** What an area remembers of an office, kept beside it: `const notes = slot(() => new Map())`, then `notes(office)`. */
export function slot<T>(make: (office: FakeOffice) => T): (office: FakeOffice) => T {
  const kept = new WeakMap<FakeOffice, { value: T }>();
  return (office) => {
    const held = kept.get(office) ?? { value: make(office) };
    kept.set(office, held);
    return held.value;
  };
}

/** One page of a list; the cursor is the place of its first item. */
export function page<T>(items: readonly T[], query: URLSearchParams, size: number): Answer {
  const start = Number(query.get("cursor")) || 0;
  const next = start + size < items.length ? String(start + size) : undefined;
  return ok({ items: items.slice(start, start + size), next_cursor: next });
}

// One request to the API whose answer is checked by a decoder of ours.

import { answer, type Reply } from "./api";

export type Send = (method: string, path: string, body?: object) => Promise<unknown>;

export const sender =
  (fetcher: typeof fetch): Send =>
  async (method, path, body) => {
    const request = new Request(`${location.origin}/api/v1${path}`, {
      method,
      credentials: "same-origin",
      // What was typed last is sent also while the page is being closed.
      keepalive: method === "PUT",
      ...(body && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
    });
    return answer(fetcher(request).then(read));
  };

async function read(response: Response): Promise<Reply> {
  const text = await response.text();
  const body: unknown = text === "" ? undefined : parsed(text);
  return response.ok ? { data: body, response } : { error: body, response };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a proxy's page: the status says enough
  }
}

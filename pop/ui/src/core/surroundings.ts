// The real browser as a hub needs it; the same in a page and in a worker.

import type { Socket } from "./connection";
import type { HubOptions } from "./hub";
import type { Way } from "./messages";
import { alone, byLeader, byWorker, released } from "./ways";

export const aroundHub = (): HubOptions => ({
  socket: (position) =>
    new WebSocket(
      `${location.origin.replace(/^http/, "ws")}/ws?alive=1${position.replace("?", "&")}`,
    ) as Socket,
  probe,
  now: () => Date.now(),
  random: () => Math.random(),
  released: navigator.locks && released(navigator.locks),
});

/** Whether the login still holds: scripts cannot see why a handshake was refused. */
async function probe(): Promise<"ok" | "login" | "unreachable"> {
  try {
    const { ok, status } = await fetch("/api/v1/me");
    if (status === 401) return "login";
    return ok ? "ok" : "unreachable";
  } catch {
    return "unreachable";
  }
}

/** What this browser can do, best first. `build` keeps tabs of different builds apart. */
export function waysOf(build: string, start: () => SharedWorker): Way[] {
  const { locks } = navigator;
  const around = aroundHub();
  const ways = [alone(around)];
  if (locks && typeof BroadcastChannel !== "undefined")
    ways.unshift(byLeader(`callcard.hub.${build}`, locks, around));
  if (typeof SharedWorker !== "undefined") ways.unshift(byWorker(start, locks));
  return ways;
}

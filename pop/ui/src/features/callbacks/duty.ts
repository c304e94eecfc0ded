// What a list needs to know of a duty to call back. Pure, so that tests need no browser.

import type { Scope } from "../../core/callbackApi";
import type { Attempt, Callback, User } from "../../protocol/types";

const minute = 60_000;
/** A repeated try may be this late before it counts as overdue, as the server has it. */
const tolerance = 5 * minute;
/** How long an agent may still say how his try ended, as the server has it. */
const correctable = 60 * minute;

export type Urgency = "overdue" | "soon" | "later" | "waits";

/** How pressing a duty is now; "waits" of one that has no time. */
export function urgency(duty: Callback, now: number): Urgency {
  if (duty.due === "") return "waits";
  const late = duty.due === duty.not_before ? tolerance : 0;
  const left = Date.parse(duty.due) + late - now;
  if (left < 0 || duty.escalated) return "overdue";
  return left < 60 * minute || duty.reminded ? "soon" : "later";
}

export type Told = "reminded" | "supervisors" | "chief";

/** Who has been told that the client still waits; the last of them counts. */
export function told(duty: Callback): Told | undefined {
  if (duty.state !== "open") return undefined;
  if (duty.escalated_again) return "chief";
  if (duty.escalated) return "supervisors";
  return duty.reminded ? "reminded" : undefined;
}

/** A deadline counted in working time; not a time to call at, as a promise or another try has. */
export const isDeadline = (duty: Callback): boolean => !duty.promised && duty.due !== duty.not_before;

export const isMine = (duty: Callback, me: string): boolean =>
  me !== "" && (duty.claimed_by === me || duty.assignee === me);

export function inScope(duty: Callback, scope: Scope, user: User): boolean {
  switch (scope) {
    case "mine":
      return isMine(duty, user.username);
    case "queues":
      return duty.queue !== "" && user.queues.includes(duty.queue);
    case "all":
      return true;
  }
}

/** Nobody else works on it; supervisors may reach over their agents. */
export const isFree = (duty: Callback, user: User): boolean =>
  duty.state === "open" && (duty.claimed_by === "" || duty.claimed_by === user.username || mayAll(user));

export const mayAll = (user: User): boolean => user.role === "supervisor" || user.role === "admin";

/** My newest try, when I have not said yet how it ended. */
export function unsaid(duty: Callback, me: string, now: number): Attempt | undefined {
  const last = duty.attempts.findLast((each) => each.agent === me);
  const recent = last !== undefined && now - Date.parse(last.at) < correctable;
  return recent && !last.said && me !== "" ? last : undefined;
}

/** I have dialled and nobody knows yet how it went: it is asked. */
export const isAsked = (duty: Callback, me: string, now: number): boolean =>
  duty.state === "open" && unsaid(duty, me, now)?.outcome === "";

/** A talk that I had closed it; that may have been an answering machine. */
export const isCorrectable = (duty: Callback, me: string, now: number): boolean =>
  duty.state === "done" &&
  now - Date.parse(duty.closed || duty.last_call) < correctable &&
  (duty.closed_user === me || duty.attempts.some((each) => each.agent === me));

export const soonTimes = ["minutes", "hour", "tomorrow"] as const;
export type SoonTime = (typeof soonTimes)[number];

/** When agents mostly put a call off to: in 20 minutes, in an hour, tomorrow at nine. */
export function timeOf(choice: SoonTime, now: number): string {
  if (choice !== "tomorrow") return new Date(now + (choice === "hour" ? 60 : 20) * minute).toISOString();
  const at = new Date(now);
  at.setDate(at.getDate() + 1);
  at.setHours(9, 0, 0, 0);
  return at.toISOString();
}

/** Why there is no connection, in words that the page can translate. */
export type Reason =
  | "restart"
  | "slow"
  | "resync"
  | "lost"
  | "offline"
  | "asleep"
  | "protocol"
  | "login"
  | "forbidden"
  | "logged_out";

/** The range of codes after which a browser must not come back by itself (pop/push/protocol.go). */
const finals: Record<number, Reason> = {
  4400: "protocol",
  4401: "login",
  4403: "forbidden",
  4409: "logged_out",
};

const passing: Record<number, Reason> = { 1001: "restart", 1012: "restart", 4000: "slow", 4001: "resync" };

export interface Verdict {
  reason: Reason;
  comeBack: boolean;
}

/** 4400–4499 are final also when a newer server invents one; everything else passes. */
export function verdictOf(code: number): Verdict {
  const final = finals[code] ?? (code >= 4400 && code <= 4499 ? "protocol" : undefined);
  if (final) return { reason: final, comeBack: false };
  return { reason: passing[code] ?? "lost", comeBack: true };
}

// Who is there, and what an agent does.

export const modes = ["offline", "ready", "not_ready"] as const;
export type Mode = (typeof modes)[number];

export const activities = ["idle", "offered", "talking", "hold", "acw"] as const;
export type Activity = (typeof activities)[number];

export const blocks = ["", "rona", "device_down", "supervisor"] as const;
export type Block = (typeof blocks)[number];

export interface User {
  username: string;
  name: string;
  role: string;
  /** The phone as queues name it; "" for users who are no agents. */
  interface: string;
  extension: string;
  queues: string[];
}

/** What follows the present call. */
export interface NextMode {
  mode: Mode;
  reason: string;
}

/** After-call work: nothing rings before `until`. */
export interface AfterCallWork {
  call_id: string;
  until: string;
  extends_left: number;
}

export interface AgentQueue {
  queue: string;
  member: boolean;
  paused: boolean;
  reason: string;
  since: string;
}

export interface AgentState {
  agent: string;
  name: string;
  extension: string;
  mode: Mode;
  reason: string;
  since: string;
  set_by: string;
  activity: Activity;
  block: Block;
  call_id: string;
  device_status: number;
  online: boolean;
  queues: AgentQueue[];
  pending: string;
  next: NextMode | undefined;
  acw: AfterCallWork | undefined;
  block_since: string;
  /** Calls in a row that this agent let ring. */
  missed_offers: number;
  /** Logged in, and no browser has answered for a while. */
  unreachable: boolean;
  unreachable_since: string;
}

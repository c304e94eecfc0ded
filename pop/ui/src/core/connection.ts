// The websocket to the daemon, as a state machine without any framework.
//
//	idle ──start──► connecting ──open──► live ──┐
//	                  ▲    │                    │ close, gap, sleep, network gone
//	                  │    └──────close─────────┤
//	               timer / online / visible     │
//	                  │                         ▼
//	               waiting ◄────come back────(verdict)────do not────► closed
//
// `stop` leads from every state to idle. Frames carry (epoch, seq); the pair last applied is sent
// along when reconnecting, and the server answers with the missing frames or one snapshot. A gap in
// the numbers is cured by asking for a snapshot. A refused handshake looks like any loss to a
// browser (the status is hidden from scripts), so the REST probe is asked whether the login still holds.
//
// The server asks now and then whether a script is there: whoever looks at the page has to `answer`. When its
// questions do not come any more, the network is gone, whatever the socket says.

import type { Ack, Frame } from "../protocol/types";
import { aliveText, decodeFrame, isAlive } from "../protocol/wire";
import { Awareness, pulse } from "./awareness";
import type { Backoff } from "./backoff";
import { type Reason, verdictOf } from "./closeCodes";
import { Cell, type Watchable } from "./emitter";

export type Status =
  | { state: "idle" }
  | { state: "connecting"; attempt: number; reason?: Reason }
  | { state: "live" }
  | { state: "waiting"; attempt: number; reason: Reason; retryAt: number }
  | { state: "closed"; reason: Reason };

/** The part of WebSocket that is used; the fake server has it too. */
export interface Socket {
  readyState: number;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  onerror: (() => void) | null;
  send(data: string): void;
  close(code?: number): void;
}

export type Probe = () => Promise<"ok" | "login" | "unreachable">;

export interface ConnectionOptions {
  open(position: string): Socket;
  probe: Probe;
  backoff: Backoff;
  onFrame(frame: Frame): void;
  /** The server asks whether somebody is there. */
  onAsked(): void;
  onFault(error: unknown): void;
  now(): number;
}

const OPEN = 1;
const handshakeWait = 10_000;

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #status = new Cell<Status>({ state: "idle" });
  readonly status: Watchable<Status> = this.#status;
  #socket: Socket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pulse: ReturnType<typeof setInterval> | undefined;
  readonly #awareness: Awareness;
  #attempt = 0;
  #epoch = "";
  #seq = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#awareness = new Awareness(options.now);
  }

  start(): void {
    if (this.#status.get().state !== "idle" && this.#status.get().state !== "closed") return;
    this.#attempt = 0;
    this.#awareness.begin();
    clearInterval(this.#pulse);
    this.#pulse = setInterval(() => this.check(), pulse);
    this.#connect();
  }

  stop(): void {
    clearInterval(this.#pulse);
    this.#drop(1000);
    this.#epoch = "";
    this.#seq = 0;
    this.#status.set({ state: "idle" });
  }

  /** Try now: the agent asked, the network is back, or the page is seen again. */
  retry(): void {
    if (this.#status.get().state === "waiting") this.#connect();
  }

  /** The system says that there is no network. */
  networkLost(): void {
    const { state } = this.#status.get();
    if (state !== "live" && state !== "connecting") return;
    this.#drop(1000);
    this.#wait("offline");
  }

  /** Nobody is there to see what comes: the server shall know. `retry` wakes it. */
  sleep(): void {
    if (this.#status.get().state !== "live") return;
    this.#drop(1000);
    this.#status.set({ state: "waiting", attempt: 0, reason: "asleep", retryAt: this.#options.now() });
  }

  /** Looks at the clock whether the connection can still be alive. */
  check(): void {
    const finding = this.#awareness.check();
    if (finding === "fine" || this.#status.get().state !== "live") return;
    this.#drop(1000);
    if (finding === "slept") this.#connect("asleep");
    else this.#wait("lost");
  }

  /** Somebody is there: the server may know. */
  answer(): void {
    if (this.#socket?.readyState === OPEN) this.#socket.send(aliveText);
  }

  /** Acks are best effort: an unsent one is worth nothing later. */
  send(ack: Ack): void {
    if (this.#socket?.readyState === OPEN) this.#socket.send(JSON.stringify(ack));
  }

  #connect(reason?: Reason): void {
    this.#drop(1000);
    this.#status.set({ state: "connecting", attempt: this.#attempt, reason });
    const position = this.#epoch ? `?epoch=${encodeURIComponent(this.#epoch)}&seq=${this.#seq}` : "";
    const socket = this.#options.open(position);
    this.#socket = socket;
    let opened = false;
    this.#timer = setTimeout(() => this.#lost(socket, "lost", opened), handshakeWait);
    socket.onopen = () => {
      if (socket !== this.#socket) return;
      opened = true;
      clearTimeout(this.#timer);
      this.#awareness.heard();
      this.#status.set({ state: "live" });
    };
    socket.onmessage = (event) => {
      if (socket === this.#socket) this.#take(String(event.data));
    };
    socket.onclose = (event) => {
      if (socket !== this.#socket) return;
      const verdict = verdictOf(event.code);
      if (verdict.comeBack) this.#lost(socket, verdict.reason, opened);
      else this.#end(verdict.reason);
    };
  }

  #take(data: string): void {
    this.#awareness.heard();
    if (isAlive(data)) {
      this.#awareness.asked();
      this.#options.onAsked();
      return;
    }
    let frame: Frame;
    try {
      frame = decodeFrame(data);
    } catch (error) {
      // A frame that cannot be read leaves a hole; a snapshot fills it. Backoff keeps this from spinning.
      this.#options.onFault(error);
      this.#resync();
      return;
    }
    const snapshot = frame.message.type === "snapshot";
    if (!snapshot && frame.epoch === this.#epoch && frame.seq <= this.#seq) return; // a repetition
    if (!snapshot && (frame.epoch !== this.#epoch || frame.seq !== this.#seq + 1)) {
      this.#options.onFault(new Error(`frame ${frame.epoch}/${frame.seq} after ${this.#epoch}/${this.#seq}`));
      this.#resync();
      return;
    }
    this.#epoch = frame.epoch;
    this.#seq = frame.seq;
    this.#attempt = 0;
    this.#options.onFrame(frame);
  }

  #resync(): void {
    this.#epoch = "";
    this.#seq = 0;
    this.#drop(4001);
    this.#wait("resync");
  }

  #lost(socket: Socket, reason: Reason, opened: boolean): void {
    if (socket !== this.#socket) return;
    this.#drop(1000);
    this.#wait(reason);
    if (opened) return;
    void this.#options.probe().then((answer) => {
      if (answer === "login" && this.#status.get().state !== "live") this.#end("login");
    });
  }

  #wait(reason: Reason): void {
    const delay = this.#options.backoff.delay(this.#attempt);
    this.#attempt++;
    this.#status.set({
      state: "waiting",
      attempt: this.#attempt,
      reason,
      retryAt: this.#options.now() + delay,
    });
    this.#timer = setTimeout(() => this.#connect(reason), delay);
  }

  #end(reason: Reason): void {
    clearInterval(this.#pulse);
    this.#drop(1000);
    this.#epoch = "";
    this.#seq = 0;
    this.#status.set({ state: "closed", reason });
  }

  #drop(code: number): void {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) return;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close(code);
  }
}

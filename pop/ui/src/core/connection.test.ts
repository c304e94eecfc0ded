import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Frame } from "../protocol/types";
import { FakeOffice, FakeSocket } from "../test/fakeServer";
import { card } from "../test/sample";
import { Connection, type Probe, type Status } from "./connection";

function setUp(probe: Probe = async () => "ok") {
  const office = new FakeOffice();
  office.loggedIn = true;
  const frames: Frame[] = [];
  const positions: string[] = [];
  const faults: unknown[] = [];
  let socket: FakeSocket | undefined;
  const connection = new Connection({
    open: (position) => {
      positions.push(position);
      socket = new FakeSocket(office, position);
      return socket;
    },
    probe,
    backoff: { delay: (attempt) => 1000 * 2 ** attempt },
    onFrame: (frame) => frames.push(frame),
    onAsked: () => connection.answer(),
    onFault: (fault) => faults.push(fault),
    now: () => Date.now(),
  });
  const types = () => frames.map((frame) => frame.message.type);
  return {
    office,
    connection,
    frames,
    positions,
    faults,
    types,
    socket: () => socket,
    state: () => connection.status.get().state,
  };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-08-05T09:30:00Z") });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("connecting", () => {
  it("begins with a snapshot and goes on with frames", async () => {
    const { office, connection, positions, types, state } = setUp();
    connection.start();
    expect(state()).toBe("connecting");
    await settle();
    office.ring(card());
    expect(state()).toBe("live");
    expect(positions).toEqual([""]);
    expect(types()).toEqual(["snapshot", "card.opened"]);
  });

  it("gives up a handshake that does not end", async () => {
    const { connection, socket, state } = setUp();
    connection.start();
    socket()?.close(); // never opens, never closes
    await vi.advanceTimersByTimeAsync(10_000);
    expect(state()).toBe("waiting");
  });

  it("stop leads to idle, and nothing is tried again", async () => {
    const { connection, positions, state } = setUp();
    connection.start();
    await settle();
    connection.stop();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(state()).toBe("idle");
    expect(positions).toHaveLength(1);
  });
});

describe("resuming", () => {
  it("asks for what came after the last frame and gets just that", async () => {
    const { office, connection, positions, types } = setUp();
    connection.start();
    await settle();
    office.ring(card());
    office.close(1006);
    office.change("main:10", { lookup: "done" });
    await vi.advanceTimersByTimeAsync(1000);
    expect(positions).toEqual(["", "?epoch=e1&seq=1"]);
    expect(types()).toEqual(["snapshot", "card.opened", "card.updated"]);
  });

  it("a restarted daemon gives a snapshot of its new epoch", async () => {
    const { office, connection, frames } = setUp();
    connection.start();
    await settle();
    office.ring(card());
    office.restart();
    expect(connection.status.get()).toMatchObject({ state: "waiting", reason: "restart" });
    await vi.advanceTimersByTimeAsync(1000);
    expect(frames.at(-1)).toMatchObject({ epoch: "e1x", message: { type: "snapshot" } });
  });

  it("takes a repeated frame once", async () => {
    const { office, connection, socket, types } = setUp();
    connection.start();
    await settle();
    office.ring(card());
    const again = JSON.stringify({ epoch: "e1", seq: 1, type: "card.opened", data: card() });
    socket()?.onmessage?.({ data: again });
    expect(types()).toEqual(["snapshot", "card.opened"]);
  });

  it("asks for a snapshot when a number is missing", async () => {
    const { office, connection, positions, faults, types, state } = setUp();
    connection.start();
    await settle();
    office.seq = 5;
    office.ring(card());
    expect(faults).toHaveLength(1);
    expect(state()).toBe("waiting");
    await vi.advanceTimersByTimeAsync(1000);
    expect(positions).toEqual(["", ""]);
    expect(types()).toEqual(["snapshot", "snapshot"]);
  });

  it("asks for a snapshot after a frame that cannot be read, and does not spin", async () => {
    const { connection, socket, state, faults } = setUp();
    connection.start();
    await settle();
    socket()?.onmessage?.({ data: "not JSON" });
    expect(faults).toHaveLength(1);
    expect(state()).toBe("waiting");
  });
});

describe("closing", () => {
  it.each([
    [1001, "restart"],
    [1006, "lost"],
    [1012, "restart"],
    [4000, "slow"],
    [4001, "resync"],
    [4999, "lost"],
  ])("after %i it comes back (%s)", async (code, reason) => {
    const { office, connection, state } = setUp();
    connection.start();
    await settle();
    office.close(code);
    expect(connection.status.get()).toMatchObject({ state: "waiting", reason, retryAt: Date.now() + 1000 });
    await vi.advanceTimersByTimeAsync(1000);
    expect(state()).toBe("live");
  });

  it.each([
    [4400, "protocol"],
    [4401, "login"],
    [4403, "forbidden"],
    [4409, "logged_out"],
    [4450, "protocol"],
  ])("after %i it does not (%s)", async (code, reason) => {
    const { office, connection, positions } = setUp();
    connection.start();
    await settle();
    office.close(code);
    await vi.advanceTimersByTimeAsync(300_000);
    expect(connection.status.get()).toEqual({ state: "closed", reason });
    expect(positions).toHaveLength(1);
  });

  it("waits longer each time, until a frame has come", async () => {
    const { office, connection } = setUp(async () => "unreachable");
    const waits: number[] = [];
    connection.status.subscribe(() => {
      const status: Status = connection.status.get();
      if (status.state === "waiting") waits.push(status.retryAt - Date.now());
    });
    office.loggedIn = false; // the handshake is refused
    connection.start();
    await vi.advanceTimersByTimeAsync(7000);
    office.loggedIn = true;
    await vi.advanceTimersByTimeAsync(8000);
    office.close(1001);
    expect(waits).toEqual([1000, 2000, 4000, 8000, 1000]);
  });

  it("a refused handshake asks the REST API whether the login still holds", async () => {
    const { office, connection } = setUp(async () => "login");
    office.loggedIn = false;
    connection.start();
    await settle();
    expect(connection.status.get()).toEqual({ state: "closed", reason: "login" });
  });
});

describe("the network and the page", () => {
  it("no network: says so, and tries at once when it is back", async () => {
    const { connection, state } = setUp();
    connection.start();
    await settle();
    connection.networkLost();
    expect(connection.status.get()).toMatchObject({ state: "waiting", reason: "offline" });
    connection.retry();
    await settle();
    expect(state()).toBe("live");
  });

  it("after a sleep it connects anew and resumes", async () => {
    const { connection, positions, state } = setUp();
    connection.start();
    await settle();
    vi.setSystemTime(Date.now() + 600_000);
    connection.check();
    await settle();
    expect(state()).toBe("live");
    expect(positions).toEqual(["", "?epoch=e1&seq=0"]);
  });

  /** The server asks each ten seconds, until it is told to stop. */
  function asking(socket: () => FakeSocket | undefined) {
    const timer = setInterval(() => socket()?.onmessage?.({ data: '{"type":"alive"}' }), 10_000);
    return () => clearInterval(timer);
  }

  it("answers the question whether somebody is there, which takes no number", async () => {
    const { office, connection, socket, types, faults } = setUp();
    connection.start();
    await settle();
    const stop = asking(socket);
    await vi.advanceTimersByTimeAsync(35_000);
    stop();
    office.ring(card());
    expect(office.acks).toEqual([{ type: "alive" }, { type: "alive" }, { type: "alive" }]);
    expect(types()).toEqual(["snapshot", "card.opened"]);
    expect(faults).toEqual([]);
  });

  it("a server that falls silent is lost: it says so, comes back, and has missed nothing", async () => {
    const { office, connection, socket, positions, types, state } = setUp();
    connection.start();
    await settle();
    const stop = asking(socket);
    await vi.advanceTimersByTimeAsync(300_000);
    stop();
    expect(positions).toHaveLength(1);
    const swallowed = socket();
    if (swallowed) swallowed.onmessage = null; // the socket stands, nothing comes through
    office.ring(card());
    await vi.advanceTimersByTimeAsync(24_000);
    expect(state()).toBe("live");
    await vi.advanceTimersByTimeAsync(6_000);
    expect(connection.status.get()).toMatchObject({ state: "waiting", reason: "lost" });
    await vi.advanceTimersByTimeAsync(1000);
    expect(state()).toBe("live");
    expect(positions.at(-1)).toBe("?epoch=e1&seq=0");
    expect(types()).toEqual(["snapshot", "card.opened"]);
  });

  it("a server that never asks may be silent for hours", async () => {
    const { connection, positions } = setUp();
    connection.start();
    await vi.advanceTimersByTimeAsync(3 * 3_600_000);
    expect(positions).toHaveLength(1);
  });

  it("who slept for a minute waits for the frames that are on their way, once", async () => {
    const { connection, socket, state } = setUp();
    connection.start();
    await settle();
    socket()?.onmessage?.({ data: '{"type":"alive"}' });
    vi.setSystemTime(Date.now() + 60_000); // timers do not run in a sleeping machine
    await vi.advanceTimersByTimeAsync(5_000);
    expect(state(), "just awake").toBe("live");
    await vi.advanceTimersByTimeAsync(5_000);
    socket()?.onmessage?.({ data: '{"type":"alive"}' });
    await vi.advanceTimersByTimeAsync(24_000);
    expect(state(), "a frame has come").toBe("live");
    await vi.advanceTimersByTimeAsync(6_000);
    expect(state(), "no more").toBe("waiting");
  });

  it("a tab whose timers run once a minute notices the silence as well", async () => {
    const { connection, socket, state } = setUp();
    connection.start();
    await settle();
    socket()?.onmessage?.({ data: '{"type":"alive"}' });
    for (let minute = 1; minute <= 3; minute++) {
      vi.setSystemTime(Date.now() + 59_000);
      connection.check();
      if (minute === 1) expect(state(), "the first check is late, and waits").toBe("live");
    }
    expect(state()).not.toBe("live");
  });

  it("an awake page keeps its connection for hours", async () => {
    const { connection, positions } = setUp();
    connection.start();
    await vi.advanceTimersByTimeAsync(3 * 3_600_000);
    expect(positions).toHaveLength(1);
  });

  it("acks go out on an open socket only", async () => {
    const { office, connection } = setUp();
    const ack = {
      type: "ack",
      call_id: "main:10",
      card_version: 1,
      shown_at: "2026-08-05T09:30:05Z",
      tab: "t",
    } as const;
    connection.send(ack);
    connection.start();
    await settle();
    connection.send(ack);
    expect(office.acks).toEqual([ack]);
  });
});

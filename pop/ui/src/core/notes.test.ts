import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Note } from "../protocol/types";
import { ApiError } from "./api";
import { Notes } from "./notes";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const stored = (text: string, version: number): Note => ({
  agent: "anna",
  agent_name: "Anna",
  text,
  version,
  updated_at: "2026-08-05T10:00:00Z",
});

interface Sent {
  call: string;
  text: string;
  base: number;
  answer(note: Note): void;
  refuse(error: unknown): void;
}

function atTheDesk() {
  const sent: Sent[] = [];
  const save = (call: string, text: string, base: number) =>
    new Promise<Note>((answer, refuse) => sent.push({ call, text, base, answer, refuse }));
  const notes = new Notes(save, { delay: () => 2000 });
  const draft = notes.of("k", "main:1");
  const last = (): Sent => {
    const found = sent.at(-1);
    if (!found) throw new Error("nothing was sent");
    return found;
  };
  const settle = () => vi.advanceTimersByTimeAsync(0);
  return { notes, draft, sent, last, settle };
}

const away = new ApiError("unreachable", 0, "");

describe("a note", () => {
  it("is sent half a second after the last key, with the version it was begun on", async () => {
    const { draft, sent, last, settle } = atTheDesk();
    draft.receive(stored("before", 3));
    expect(draft.get()).toMatchObject({ text: "before", status: "clean" });
    draft.type("before, a");
    vi.advanceTimersByTime(400);
    draft.type("before, ab");
    vi.advanceTimersByTime(499);
    expect(sent).toHaveLength(0);
    vi.advanceTimersByTime(1);
    expect(last()).toMatchObject({ call: "main:1", text: "before, ab", base: 3 });
    last().answer(stored("before, ab", 4));
    await settle();
    expect(draft.get()).toMatchObject({ status: "clean", savedAt: "2026-08-05T10:00:00Z" });
  });

  it("goes on with what was typed while it was saved", async () => {
    const { draft, sent, last, settle } = atTheDesk();
    draft.type("a");
    draft.flush();
    draft.type("ab");
    draft.flush();
    expect(sent).toHaveLength(1);
    draft.receive(stored("a", 1)); // the frame may overtake the answer
    last().answer(stored("a", 1));
    await settle();
    expect(draft.get()).toMatchObject({ text: "ab", status: "typed" });
    vi.advanceTimersByTime(500);
    expect(last()).toMatchObject({ text: "ab", base: 1 });
  });

  it("waits for the network and is sent then, to the call's present name", async () => {
    const { notes, draft, sent, last, settle } = atTheDesk();
    draft.type("kept");
    draft.flush();
    last().refuse(away);
    await settle();
    expect(draft.get()).toMatchObject({ text: "kept", status: "waiting" });
    notes.of("k", "main:2");
    notes.leave("k");
    notes.flush();
    expect(sent).toHaveLength(2);
    expect(last()).toMatchObject({ call: "main:2", text: "kept" });
    last().refuse(away);
    await settle();
    await vi.advanceTimersByTimeAsync(2000);
    expect(sent).toHaveLength(3);
  });

  it("takes what another tab wrote, unless something is typed here", async () => {
    const { draft, last, settle } = atTheDesk();
    draft.receive(stored("theirs", 1));
    expect(draft.get().text).toBe("theirs");
    draft.type("mine");
    draft.receive(stored("theirs again", 2));
    expect(draft.get().text).toBe("mine");
    draft.flush();
    last().refuse(new ApiError("invalid", 409, "", 0, { current: stored("theirs again", 2) }));
    await settle();
    expect(draft.get()).toMatchObject({
      text: "mine",
      status: "conflict",
      theirs: { text: "theirs again" },
    });
  });

  it.each([
    ["keepMine", "mine"],
    ["keepBoth", "theirs\nmine"],
  ] as const)("in a conflict %s stores %j on top of the other", async (choice, text) => {
    const { draft, last, settle } = atTheDesk();
    draft.type("mine");
    draft.flush();
    last().refuse(new ApiError("invalid", 409, "", 0, { current: stored("theirs", 7) }));
    await settle();
    draft[choice]();
    expect(last()).toMatchObject({ text, base: 7 });
  });

  it("in a conflict may be given up", async () => {
    const { draft, sent, last, settle } = atTheDesk();
    draft.type("mine");
    draft.flush();
    last().refuse(new ApiError("invalid", 409, "", 0, { current: stored("theirs", 7) }));
    await settle();
    draft.takeTheirs();
    expect(draft.get()).toMatchObject({ text: "theirs", status: "clean", theirs: undefined });
    expect(sent).toHaveLength(1);
  });

  it("of equal text is no conflict", async () => {
    const { draft, last, settle } = atTheDesk();
    draft.type("same");
    draft.flush();
    last().refuse(new ApiError("invalid", 409, "", 0, { current: stored("same", 2) }));
    await settle();
    expect(draft.get().status).toBe("clean");
  });

  it("that is refused says so, and typing tries again", async () => {
    const { draft, sent, last, settle } = atTheDesk();
    draft.type("long");
    draft.flush();
    last().refuse(new ApiError("invalid", 422, "text: too long"));
    await settle();
    expect(draft.get().status).toBe("failed");
    draft.type("short");
    vi.advanceTimersByTime(500);
    expect(sent).toHaveLength(2);
  });
});

import { describe, expect, it } from "vitest";
import type { Attempt, Callback, User } from "../../protocol/types";
import { callback } from "../../test/sample";
import { inScope, isAsked, isCorrectable, isDeadline, isFree, timeOf, told, urgency } from "./duty";

const now = Date.parse("2026-08-05T12:00:00Z");
const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString();

const duty = (more: Partial<Callback>) => callback({ due: "", reminded: false, escalated: false, ...more });

describe("how pressing a duty is", () => {
  it.each([
    ["without a time", {}, "waits"],
    ["a minute ago", { due: at(-1) }, "overdue"],
    ["in a minute", { due: at(1) }, "soon"],
    ["in two hours", { due: at(120) }, "later"],
    ["a repeated try is not overdue at once", { due: at(-1), not_before: at(-1) }, "soon"],
    ["but after five minutes", { due: at(-6), not_before: at(-6) }, "overdue"],
    ["as the server says", { due: at(1), escalated: true }, "overdue"],
    ["most of its time is over, says the server", { due: at(120), reminded: true }, "soon"],
  ] as const)("%s", (_, more, want) => expect(urgency(duty(more), now)).toBe(want));
});

describe("who has been told of it", () => {
  it.each([
    [{}, undefined],
    [{ reminded: true }, "reminded"],
    [{ reminded: true, escalated: true }, "supervisors"],
    [{ reminded: true, escalated: true, escalated_again: true }, "chief"],
    [{ reminded: true, escalated: true, state: "done" }, undefined],
  ] as const)("%j: %s", (more, want) => expect(told(duty(more))).toBe(want));

  it("a time to call at is no deadline", () => {
    expect(isDeadline(duty({ due: at(120), not_before: "" }))).toBe(true);
    expect(isDeadline(duty({ due: at(120), not_before: at(120) }))).toBe(false);
    expect(isDeadline(duty({ due: at(120), promised: true }))).toBe(false);
  });
});

const anna: User = {
  username: "anna",
  name: "Anna",
  role: "agent",
  interface: "PJSIP/1",
  extension: "1",
  queues: ["support"],
};

describe("whose it is", () => {
  it.each([
    ["mine", { claimed_by: "anna" }, true],
    ["mine", { assignee: "anna" }, true],
    ["mine", { claimed_by: "boris" }, false],
    ["queues", { queue: "support" }, true],
    ["queues", { queue: "sales" }, false],
    ["queues", { queue: "" }, false],
    ["all", { queue: "sales" }, true],
  ] as const)("%s: %j is %s", (scope, more, want) => expect(inScope(duty(more), scope, anna)).toBe(want));

  it("a colleague's is left alone, but not by supervisors", () => {
    const taken = duty({ claimed_by: "boris" });
    expect(isFree(taken, anna)).toBe(false);
    expect(isFree(taken, { ...anna, role: "supervisor" })).toBe(true);
    expect(isFree(duty({ claimed_by: "anna" }), anna)).toBe(true);
    expect(isFree(duty({ state: "done" }), anna)).toBe(false);
  });
});

const attempt = (more: Partial<Attempt>): Attempt => ({
  at: at(-1),
  agent: "anna",
  agent_name: "",
  call_id: "",
  outcome: "",
  note: "",
  said: false,
  ...more,
});

describe("the outcome of a try", () => {
  it.each([
    ["is asked after a dial", [attempt({})], true],
    ["not of a colleague's", [attempt({ agent: "boris" })], false],
    ["not again", [attempt({ outcome: "busy", said: true })], false],
    ["not when the PBX has seen it", [attempt({ outcome: "busy" })], false],
    ["not after an hour", [attempt({ at: at(-61) })], false],
    ["of the newest try only", [attempt({}), attempt({ outcome: "busy", said: true })], false],
  ] as const)("%s", (_, attempts, want) =>
    expect(isAsked(duty({ attempts: [...attempts] }), "anna", now)).toBe(want),
  );

  it.each([
    ["mine, just now", { closed: at(-5), closed_user: "anna" }, true],
    ["a colleague's", { closed: at(-5), closed_user: "boris" }, false],
    ["too long ago", { closed: at(-70), closed_user: "anna" }, false],
    ["given up", { state: "cancelled", closed: at(-5), closed_user: "anna" }, false],
  ] as const)("a talk that was a machine can be put right: %s", (_, more, want) =>
    expect(isCorrectable(duty({ state: "done", ...more }), "anna", now)).toBe(want),
  );
});

describe("the usual times", () => {
  it("are twenty minutes, an hour, and nine o'clock of the next day here", () => {
    expect(timeOf("minutes", now)).toBe("2026-08-05T12:20:00.000Z");
    expect(timeOf("hour", now)).toBe("2026-08-05T13:00:00.000Z");
    const lastOfJanuary = new Date(2026, 0, 31, 23, 59).getTime();
    expect(new Date(timeOf("tomorrow", lastOfJanuary))).toEqual(new Date(2026, 1, 1, 9, 0));
  });
});

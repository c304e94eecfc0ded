import { describe, expectTypeOf, it } from "vitest";
import type { components } from "../core/schema";
import type * as t from "./types";

type Schemas = components["schemas"];

/** Fields that we read and the server does not have. */
type Strange<Ours, Theirs> = Exclude<keyof Ours, keyof Theirs>;

/** Fields of an agent's state that a server may not have yet. */
type Coming = "next" | "acw" | "block_since" | "missed_offers" | "unreachable" | "unreachable_since";

// Checked by the compiler: a renamed field or a new word in openapi.json fails `npm run check`.
describe("the page's types agree with openapi.json", () => {
  it("in fields", () => {
    expectTypeOf<Strange<Omit<t.AgentState, Coming>, Schemas["AgentState"]>>().toBeNever();
    expectTypeOf<Strange<t.User, Schemas["User"]>>().toBeNever();
    expectTypeOf<Strange<t.Candidate, Schemas["Candidate"]>>().toBeNever();
    expectTypeOf<Strange<t.Contact, Schemas["Contact"]>>().toBeNever();
    expectTypeOf<Strange<t.Callback, Schemas["Callback"]>>().toBeNever();
    expectTypeOf<Strange<t.Attempt, Schemas["Attempt"]>>().toBeNever();
    expectTypeOf<Strange<t.CallRecord, Schemas["CallRecord"]>>().toBeNever();
    expectTypeOf<Strange<t.Recording, Schemas["Recording"]>>().toBeNever();
    expectTypeOf<Strange<t.Talk, Schemas["Talk"]>>().toBeNever();
    expectTypeOf<Strange<t.Settings, Schemas["Settings"]>>().toBeNever();
    expectTypeOf<Strange<t.Note, Schemas["Note"]>>().toBeNever();
    expectTypeOf<Strange<t.Result, Schemas["CallResult"]>>().toBeNever();
    expectTypeOf<Strange<t.Phone, Schemas["Phone"]>>().toBeNever();
    expectTypeOf<Strange<t.Trace, Schemas["CallTrace"]>>().toBeNever();
    expectTypeOf<Strange<t.Decision, Schemas["Decision"]>>().toBeNever();
    expectTypeOf<Strange<t.Page<unknown>, Schemas["CallPage"]>>().toBeNever();
  });

  it("in words", () => {
    expectTypeOf<Schemas["AgentState"]["mode"]>().toExtend<t.Mode>();
    expectTypeOf<Schemas["AgentState"]["activity"]>().toExtend<t.Activity>();
    expectTypeOf<Schemas["CallRecord"]["direction"]>().toExtend<t.Direction>();
    expectTypeOf<Schemas["CallRecord"]["state"]>().toExtend<t.CallState>();
    expectTypeOf<NonNullable<Schemas["CallRecord"]["outcome"]>>().toExtend<t.Outcome>();
    expectTypeOf<Schemas["Recording"]["state"]>().toExtend<t.RecordingState>();
    expectTypeOf<Schemas["Decision"]["stage"]>().toExtend<t.Stage>();
    expectTypeOf<Schemas["Callback"]["state"]>().toExtend<t.CallbackState>();
    expectTypeOf<Schemas["Phone"]["kind"]>().toExtend<t.NumberKind>();
  });
});

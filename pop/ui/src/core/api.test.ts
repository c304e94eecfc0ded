import { beforeEach, describe, expect, it } from "vitest";
import { FakeOffice, fakeFetch } from "../test/fakeServer";
import { Api, ApiError } from "./api";

let office: FakeOffice;
let api: Api;

beforeEach(() => {
  office = new FakeOffice();
  api = new Api(fakeFetch(office));
});

const fault = async (call: Promise<unknown>): Promise<ApiError> => {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ApiError) return error;
  throw new Error(`got ${error}, want an ApiError`);
};

describe("the API client", () => {
  it("logs in and reads who is logged in", async () => {
    expect((await api.login("anna", "secret")).user.name).toBe("Anna Smirnova");
    expect((await api.me()).state?.mode).toBe("ready");
  });

  it("pages through the calls and leaves empty filters out", async () => {
    office.loggedIn = true;
    const first = await api.calls({ number: "", cursor: "" });
    expect([first.items.length, first.next_cursor]).toEqual([8, "8"]);
    expect((await api.calls({ cursor: "16" })).next_cursor).toBe("");
  });

  it("escapes a call's id in the path", async () => {
    const paths: string[] = [];
    const spy = new Api(async (request) => {
      paths.push(new URL((request as Request).url).pathname);
      return new Response("{}", { status: 200, headers: { "Content-Type": "application/json" } });
    });
    await spy.choose("main:1795323620.9/x", "c-1");
    expect(paths).toEqual(["/api/v1/calls/main%3A1795323620.9%2Fx/contact"]);
  });

  it.each([
    [401, "login"],
    [403, "forbidden"],
    [404, "not_found"],
    [409, "invalid"],
    [422, "invalid"],
    [429, "throttled"],
    [500, "server"],
    [502, "refused"],
    [503, "unavailable"],
  ])("a status of %i is %s", async (status, kind) => {
    office.answers.set("/me", { status, body: { detail: "why" } });
    expect(await fault(api.me())).toMatchObject({ kind, status, detail: "why" });
  });

  it("a 502 without words is a proxy's: callcard is away", async () => {
    office.answers.set("/me", { status: 502 });
    expect(await fault(api.me())).toMatchObject({ kind: "unavailable" });
  });

  it("reads a problem document: detail, fields, and when to try again", async () => {
    office.answers.set("/login", {
      status: 429,
      headers: { "Retry-After": "30" },
      body: {
        title: "Too Many",
        detail: "slow down",
        errors: [{ location: "body.name", message: "too long" }],
      },
    });
    expect(await fault(api.login("a", "b"))).toMatchObject({
      detail: "slow down; body.name: too long",
      retryAfter: 30,
    });
  });

  it("no answer at all is unreachable", async () => {
    const dead = new Api(() => Promise.reject(new TypeError("Failed to fetch")));
    expect(await fault(dead.me())).toMatchObject({ kind: "unreachable", status: 0 });
  });
});

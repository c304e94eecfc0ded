import type { AgentState } from "../../protocol/types";
import { done, type Endpoint, ok, problem } from "../route";
import { minutesAgo } from "../sample";

/** Who is logged in, and his own state. */
export const session: Endpoint[] = [
  {
    on: "POST /login",
    answer: (office, { body }) => {
      if (body.username !== "anna" || body.password !== "secret") return problem(401, "wrong");
      office.loggedIn = true;
      return ok({ token: "t", user: office.user });
    },
  },
  {
    on: "POST /logout",
    answer: (office) => {
      office.loggedIn = false;
      office.close(4409);
      return done;
    },
  },
  { on: "GET /me", answer: (office) => ok({ user: office.user, state: office.self }) },
  {
    on: "PUT /me/mode",
    answer: (office, { body }) => {
      const mode = body.mode as AgentState["mode"];
      if (mode === "not_ready" && !body.reason) return problem(422, "reason: got nothing, want a reason");
      const reason = String(body.reason ?? "");
      if (body.when === "after_call") {
        office.setSelf({ next: { mode, reason } });
        return ok(office.self);
      }
      office.setSelf({ mode, reason, since: minutesAgo(0), set_by: "anna", pending: "" });
      return ok(office.self);
    },
  },
];

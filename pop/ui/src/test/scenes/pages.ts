import { minutesAgo } from "../sample";
import type { Scenes } from "./scene";

/** What the pages beside the desk show. */
export const pages: Scenes = {
  supervisor: (office) => {
    Object.assign(office.user, { role: "supervisor" });
  },
  admin: (office) => {
    Object.assign(office.user, { role: "admin" });
  },
  unreachable: (office) =>
    office.publish("agent.changed", {
      ...office.self,
      agent: "victor",
      name: "Виктор Ли",
      extension: "1003",
      unreachable: true,
      unreachable_since: minutesAgo(1),
      online: false,
    }),
};

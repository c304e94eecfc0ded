import type { Endpoint } from "../route";
import { callbacks } from "./callbacks";
import { calls } from "./calls";
import { contacts } from "./contacts";
import { lists } from "./lists";
import { session } from "./session";
import { webhooks } from "./webhooks";
import { work } from "./work";

/** All that the fake office answers: a new area is a new file and a line here. */
export const endpoints: readonly Endpoint[] = [
  ...session,
  ...calls,
  ...contacts,
  ...callbacks,
  ...lists,
  ...webhooks,
  ...work,
];

import { agent } from "./agent";
import { app } from "./app";
import { callbacks } from "./callbacks";
import { calls } from "./calls";
import { card } from "./card";
import { connection } from "./connection";
import { contacts } from "./contacts";
import { dialer } from "./dialer";
import { embed } from "./embed";
import { failure } from "./failure";
import { keys } from "./keys";
import { login } from "./login";
import { nav } from "./nav";
import { notes } from "./notes";
import { recordings } from "./recordings";
import { ring } from "./ring";
import { settings } from "./settings";
import { team } from "./team";
import { trace } from "./trace";
import { unresolved } from "./unresolved";
import { webhooks } from "./webhooks";

/** English texts by area; each file of ../ru has the same keys, held by its type and by i18n.test.ts. */
export const en = {
  agent,
  app,
  callbacks,
  calls,
  card,
  connection,
  contacts,
  dialer,
  embed,
  failure,
  keys,
  login,
  nav,
  notes,
  recordings,
  ring,
  settings,
  team,
  trace,
  unresolved,
  webhooks,
};

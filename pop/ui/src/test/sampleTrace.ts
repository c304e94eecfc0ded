// A call's trace as the daemon writes it: a queue rings two agents, one of them has a page open.

import type { Decision, Stage } from "../protocol/types";

const at = (seconds: number): string =>
  new Date(Date.parse("2026-08-05T10:22:01.000Z") + seconds * 1000).toISOString();

const decision = (seconds: number, stage: Stage, rule: string, text: string, agent = ""): Decision => ({
  at: at(seconds),
  stage,
  rule,
  text,
  agent,
  leg: "",
});

export const sampleTrace = (): Decision[] => [
  decision(0, "track", "call.began", "first leg: trunk, direction inbound"),
  decision(
    0.012,
    "identify",
    "identify.found",
    "the directory answered in 10.2ms: 1 certain, 0 maybe; 3 earlier calls",
  ),
  decision(0.013, "identify", "link.single", "linked to the only certain match"),
  decision(1.5, "track", "merge.queue", "a queue rings a leg of another call: main:11"),
  decision(1.5, "track", "offer.queue", "rings PJSIP/1001"),
  decision(
    1.501,
    "card",
    "card.opened",
    "version 1: offered, match single, 1 candidates, look-up done",
    "anna",
  ),
  decision(1.501, "push", "push.sent", "version 1 sent to 1 connections", "anna"),
  decision(1.502, "track", "offer.queue", "rings PJSIP/1002"),
  decision(
    1.502,
    "card",
    "card.opened",
    "version 1: offered, match single, 1 candidates, look-up done",
    "boris",
  ),
  decision(1.502, "push", "push.sent", "version 1 sent to 0 connections", "boris"),
  decision(1.541, "shown", "shown.ack", "version 1 painted, heard 41ms after the ring, tab 1z141z3", "anna"),
  decision(9.25, "track", "offer.accepted", "PJSIP/1001: accepted"),
  decision(9.25, "track", "talk.bridged", "PJSIP/1001 is bridged with the client"),
  decision(9.26, "card", "card.withdrawn", "version 2: withdrawn, answered_elsewhere", "boris"),
  decision(125.4, "track", "outcome.answered", "decided once, after the last leg"),
  decision(125.4, "track", "new.rule", "a rule that this page does not know yet"),
  decision(125.5, "callback", "callback.reached", "the client was reached"),
  decision(131, "recording", "recording.stored", "the recording is complete and stored"),
];

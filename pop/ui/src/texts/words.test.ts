// Every word that the server may send has a text: the words are read from the server's own source.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { en } from "./en";
import { ru } from "./ru";

const go = (folder: string): string =>
  readdirSync(`../../${folder}`)
    .filter((name) => name.endsWith(".go") && !name.endsWith("_test.go"))
    .map((name) => readFileSync(`../../${folder}/${name}`, "utf8"))
    .join("\n");

const all = (source: string, pattern: RegExp): string[] =>
  [...new Set([...source.matchAll(pattern)].map((match) => match[1] as string))].sort();

const cti = go("pkg/cti");
const callbacks = go("pkg/callbacks");
const calls = go("pkg/calls");
const ofType = (type: string): string[] => all(cti, new RegExp(`\\s${type} += +"([a-z_0-9]+)"`, "g"));

type Branch = (texts: typeof en) => object;

const words: [string, string[], Branch][] = [
  ["causes of a callback", ofType("CallbackCause"), (t) => t.callbacks.cause],
  ["outcomes of a try", ofType("AttemptOutcome"), (t) => t.callbacks.ended],
  ["states of a callback", ofType("CallbackState"), (t) => t.callbacks.state],
  [
    "endings of a callback",
    all(callbacks, /^\s*(?:const )?(?:GotThrough|Reached|NotReached|Expired|Merged) += "([a-z_]+)"/gm),
    (t) => t.callbacks.ending,
  ],
  ["reasons of a refusal", all(callbacks, /\bwhy\w+ += "([a-z_]+)"/g), (t) => t.callbacks.refused],
  [
    "reasons why a call cannot be acted on",
    all(go("pkg/control"), /\bwhy\w+ += "([a-z_]+)"/g),
    (t) => t.failure.reason,
  ],
  ["outcomes of a call", ofType("CallOutcome"), (t) => t.calls.outcome],
  ["results of an offer", ofType("OfferResult"), (t) => t.calls.offer],
  [
    "reasons of a withdrawal",
    [
      ...all(calls, /OfferWithdrawn, "([a-z_]+)"/g),
      ...all(calls, /OfferWithdrawn, reason: "([a-z_]+)"/g),
      ...all(go("pop"), /\breason\w+ += "([a-z_]+)"/g),
      ...ofType("OfferResult").filter((each) => each !== "accepted" && each !== "withdrawn"),
    ],
    (t) => t.card.withdrawn,
  ],
  ["modes", ofType("Mode"), (t) => t.agent.mode],
  ["activities", ofType("Activity"), (t) => t.agent.activity],
  ["blocks", ofType("Block"), (t) => t.agent.block],
  ["presences", ofType("Presence"), (t) => t.agent.presence],
  ["acts on a call", ofType("Act"), (t) => t.card.control],
];

describe.each([
  ["English", en],
  ["Russian", ru as unknown as typeof en],
])("%s has a text for all", (_, texts) => {
  it.each(words)("%s", (_, sent, branch) => {
    expect(sent.length).toBeGreaterThan(1);
    const known = Object.keys(branch(texts));
    expect(sent.filter((word) => !known.includes(word))).toEqual([]);
  });
});

const underscored = (rule: string): string => rule.replaceAll(".", "_");

describe("the trace of a call has a text for each rule", () => {
  it.each([
    ["of callbacks", all(callbacks, /"(callback\.[a-z_]+)"/g)],
    ["of cards", all(go("pop"), /ecided\("\w+", "([a-z]+\.[a-z_]+)"/g)],
    ["of the tracker", all(calls, /decide\(\w+(?:\.\w+)*, "([a-z]+\.[a-z_]+)"/g)],
    [
      "of what agents do",
      all(go("pkg/control"), /"((?:transfer|recording)\.[a-z_]+)"/g).map((rule) => `control.${rule}`),
    ],
  ])("%s", (_, rules) => {
    expect(rules.length).toBeGreaterThan(2);
    const known = Object.keys(en.trace.rule);
    expect(rules.filter((rule) => !known.includes(underscored(rule)))).toEqual([]);
  });
});

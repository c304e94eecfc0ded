// What a call's trace tells, as pure functions: groups to read and who saw a card.

import type { Decision, Stage } from "../protocol/types";

/** A card is made, sent and painted: three stages of one story. */
export type Chapter = Exclude<Stage, "push" | "shown">;

export interface Line extends Decision {
  /** Seconds since the call's first decision. */
  after: number;
}

export interface Group {
  chapter: Chapter;
  lines: Line[];
}

const order: readonly Chapter[] = ["track", "identify", "card", "control", "callback", "recording", "agent"];

const chapterOf = (stage: Stage): Chapter => (stage === "push" || stage === "shown" ? "card" : stage);

const milliseconds = (decision: Decision): number => Date.parse(decision.at);

/** When the call began as far as the trace knows; NaN for an empty one. */
export const startOf = (items: readonly Decision[]): number =>
  items.reduce((first, each) => Math.min(first, milliseconds(each)), Number.POSITIVE_INFINITY);

/** By chapter in the order of a call's life; within a chapter by time. Decisions of one moment keep their order. */
export function chapters(items: readonly Decision[]): Group[] {
  const start = startOf(items);
  const lines = items
    .map((each): Line => ({ ...each, after: (milliseconds(each) - start) / 1000 }))
    .sort((a, b) => a.after - b.after);
  return order
    .map((chapter) => ({ chapter, lines: lines.filter((line) => chapterOf(line.stage) === chapter) }))
    .filter((group) => group.lines.length > 0);
}

export interface Witness {
  agent: string;
  /** Seconds from the card to the glass; undefined when no page painted it. */
  seenAfter: number | undefined;
}

/** Each agent for whom a card was made, and whether a page of his painted it. */
export function witnesses(items: readonly Decision[]): Witness[] {
  const opened = new Map<string, number>();
  for (const each of items) {
    if (each.stage !== "card" || each.agent === "") continue;
    opened.set(each.agent, Math.min(opened.get(each.agent) ?? Number.POSITIVE_INFINITY, milliseconds(each)));
  }
  return [...opened].map(([agent, at]) => {
    const painted = items.filter((each) => each.stage === "shown" && each.agent === agent).map(milliseconds);
    return { agent, seenAfter: painted.length ? Math.max(0, Math.min(...painted) - at) / 1000 : undefined };
  });
}

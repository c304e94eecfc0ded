import { createContext } from "react";

export const actions = [
  "list",
  "ready",
  "notReady",
  "next",
  "previous",
  "choose",
  "create",
  "why",
  "dismiss",
  "answer",
  "hold",
  "transfer",
  "hangup",
  "note",
  "result",
  "open",
  "claim",
  "finish",
  "extend",
  "dial",
  "callbacks",
] as const;
export type Action = (typeof actions)[number];

/** What each action's key is called in the list. */
export const labels: Record<Action, string> = {
  list: "?",
  ready: "R",
  notReady: "N",
  next: "J",
  previous: "K",
  choose: "1 – 9",
  create: "C",
  why: "W",
  dismiss: "X",
  answer: "A",
  hold: "H",
  transfer: "T",
  hangup: "Shift X",
  note: "E",
  result: "S",
  open: "O",
  claim: "B",
  finish: "F",
  extend: "L",
  dial: "D",
  callbacks: "V",
};

/** Places on the keyboard, not letters: they are the same under a Russian layout. */
const places: Record<string, Action> = {
  KeyR: "ready",
  KeyN: "notReady",
  KeyJ: "next",
  KeyK: "previous",
  KeyC: "create",
  KeyW: "why",
  KeyX: "dismiss",
  KeyA: "answer",
  KeyH: "hold",
  KeyT: "transfer",
  KeyE: "note",
  KeyS: "result",
  KeyO: "open",
  KeyB: "claim",
  KeyF: "finish",
  KeyL: "extend",
  KeyD: "dial",
  KeyV: "callbacks",
};

/** What cannot be taken back wants two fingers. */
const shifted: Record<string, Action> = { KeyX: "hangup" };

export interface Stroke {
  action: Action;
  /** Of "choose": which one, from 1. */
  digit: number;
}

/** Which action a key stands for, or undefined: also with a modifier, when held down, and while somebody types. */
export function strokeOf(event: KeyboardEvent): Stroke | undefined {
  if (!mayPress(event)) return undefined;
  if (event.key === "?") return { action: "list", digit: 0 };
  if (event.shiftKey) {
    const action = shifted[event.code];
    return action && { action, digit: 0 };
  }
  const digit = Number(/^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1] ?? 0);
  if (digit) return { action: "choose", digit };
  const action = places[event.code];
  return action && { action, digit: 0 };
}

/** A key pressed alone, while nobody types. */
export const mayPress = (event: KeyboardEvent): boolean =>
  !(event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) &&
  !(event.defaultPrevented || isBusy(event.target));

/** Fields take every key; dialogs and menus have keys of their own. */
const busy = "input, textarea, select, [contenteditable], [role=dialog], [role=menu], audio";

const isBusy = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest(busy) !== null;

/** Shows the list of keys; undefined where there are none. */
export const KeysContext = createContext<(() => void) | undefined>(undefined);

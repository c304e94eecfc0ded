// Endpoints that are told what happens, and their messages: for administrators.

import type { Decoder } from "./decode";
import { flag, list, maybeText, number, object, oneOf, text, time } from "./decode";

const maybeTime: Decoder<string> = (value, path) => (value === undefined ? "" : time(value, path));
const maybeNumber: Decoder<number> = (value, path) => (value === undefined ? 0 : number(value, path));

export interface Webhook {
  id: string;
  url: string;
  format: string;
  events: string[];
  description: string;
  enabled: boolean;
  disabled: string;
  fixed: boolean;
  pending: number;
  oldest: string;
  dead: number;
  secret: string;
}

export const webhook = object<Webhook>({
  id: text,
  url: text,
  format: text,
  events: list(text),
  description: maybeText,
  enabled: flag,
  disabled: maybeText,
  fixed: flag,
  pending: maybeNumber,
  oldest: maybeTime,
  dead: maybeNumber,
  secret: maybeText,
});

export const deliveryStates = ["pending", "delivered", "expired", "dead"] as const;

export interface Delivery {
  id: string;
  type: string;
  state: (typeof deliveryStates)[number];
  created: string;
  attempts: number;
  status: number;
  error: string;
  response: string;
  due: string;
  body: string;
}

export const delivery = object<Delivery>({
  id: text,
  type: text,
  state: oneOf(deliveryStates, "pending"),
  created: time,
  attempts: number,
  status: maybeNumber,
  error: maybeText,
  response: maybeText,
  due: maybeTime,
  body: maybeText,
});

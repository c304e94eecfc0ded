// Shapes that only the lists and their pages ask for, with their decoders.

import { type Decoder, flag, list, maybeText, number, object, text, time } from "./decode";
import type * as t from "./types";
import * as wire from "./wire";

export interface ContactPage extends t.Contact {
  orders: t.Order[];
  people: t.Contact[];
  callbacks: t.Callback[];
}

export const contactPage: Decoder<ContactPage> = (value, path) => ({
  ...wire.contact(value, path),
  ...object<Omit<ContactPage, keyof t.Contact>>({
    orders: list(wire.order),
    people: list(wire.contact),
    callbacks: list(wire.callback),
  })(value, path),
});

export interface QueueMember {
  device: string;
  name: string;
  paused: boolean;
  paused_reason: string;
  status: number;
}

export interface QueueState {
  name: string;
  waiting: { call_id: string; since: string }[];
  members: QueueMember[];
}

const maybeNumber: Decoder<number> = (value, path) =>
  value === undefined || value === null ? 0 : number(value, path);

export const queueState = object<QueueState>({
  name: text,
  waiting: list(object<{ call_id: string; since: string }>({ call_id: maybeText, since: time })),
  members: list(
    object<QueueMember>({
      device: maybeText,
      name: maybeText,
      paused: flag,
      paused_reason: maybeText,
      status: maybeNumber,
    }),
  ),
});

/** How loud a recording is, from 0 to 100, one list per channel. */
export interface Peaks {
  seconds: number;
  channels: number[][];
}

export const peaks: Decoder<Peaks> = (value, path) => {
  const shape = object<Peaks & { peaks: number[] }>({
    seconds: maybeNumber,
    peaks: list(number),
    channels: list(list(number)),
  })(value, path);
  return { seconds: shape.seconds, channels: shape.channels.length ? shape.channels : [shape.peaks] };
};

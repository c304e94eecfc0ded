// Numbers and times as people read them. Pure, so that tests need no browser.

import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import type { Phone } from "../protocol/types";

const known = new Map<string, string>();

/** "+79161234567" → "+7 916 123 45 67"; what no numbering plan explains stays as it is. */
export function formatNumber(number: string): string {
  if (!number.startsWith("+")) return number;
  let text = known.get(number);
  if (text === undefined) {
    text = parsePhoneNumberFromString(number)?.formatInternational() ?? number;
    if (known.size > 2000) known.clear();
    known.set(number, text);
  }
  return text;
}

/**
 * A number of ours: lines are often named by bare digits, with the country's code and without the plus.
 * Fewer digits, or a prefix of national dialling before them (0, 8), are no international number.
 */
export function formatLine(number: string): string {
  if (!/^[1-79]\d{10,14}$/.test(number)) return formatNumber(number);
  const whole = parsePhoneNumberFromString(`+${number}`);
  return whole?.isValid() ? whole.formatInternational() : number;
}

/** The number of a party, or "" when there is none to show. */
export const formatPhone = (phone: Phone): string =>
  phone.kind === "anonymous" ? "" : formatNumber(phone.number || phone.raw);

const two = (n: number): string => String(n).padStart(2, "0");

/** 65 → "1:05", 3725 → "1:02:05". */
export function clock(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const rest = `${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  return s >= 3600 ? `${Math.floor(s / 3600)}:${rest}` : rest.replace(/^0/, "");
}

export const secondsBetween = (from: string, to: number | string): number =>
  from === "" ? 0 : ((typeof to === "number" ? to : Date.parse(to)) - Date.parse(from)) / 1000;

/** "en" alone would put months before days and hours in halves of a day. */
const locale = (language: string): string => (language === "en" ? "en-GB" : language);

/** A day without its time. */
export function day(stamp: string, now: number, language: string): string {
  if (stamp === "") return "";
  const at = new Date(stamp);
  const year = at.getFullYear() === new Date(now).getFullYear() ? undefined : "numeric";
  return at.toLocaleDateString(locale(language), { day: "numeric", month: "short", year });
}

/** Today: the time; yesterday and before: the day, too; another year: the year, too. */
export function when(stamp: string, now: number, language: string): string {
  if (stamp === "") return "";
  const at = new Date(stamp);
  const today = new Date(now);
  const time: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  if (at.toDateString() === today.toDateString()) return at.toLocaleTimeString(locale(language), time);
  if (at.getFullYear() !== today.getFullYear()) return day(stamp, now, language);
  return at.toLocaleString(locale(language), { day: "numeric", month: "short", ...time });
}

/** Seconds since a beginning: "+0.04", "+12.50", "+2:05"; the first second shows its milliseconds. */
export function elapsed(seconds: number, language: string): string {
  const s = Math.max(0, seconds);
  if (s >= 60) return `+${clock(s)}`;
  const digits = s < 1 ? 3 : 2;
  const text = s.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `+${text}`;
}

/** A rough span for lists: "3 min", "2 h", "4 days". */
export function span(seconds: number, language: string): string {
  const [value, unit] =
    seconds < 3600
      ? [Math.max(0, Math.floor(seconds / 60)), "minute"]
      : seconds < 86_400
        ? [Math.floor(seconds / 3600), "hour"]
        : [Math.floor(seconds / 86_400), "day"];
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: unit as string,
    unitDisplay: "short",
  }).format(value as number);
}

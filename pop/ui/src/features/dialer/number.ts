// Numbers as people type and link them.

import { AsYouType } from "libphonenumber-js/min";

const dialable = /^\+?[\d*#][\d\s()*#./-]*$/;

/** What the server dials: no spaces, brackets and dashes; "" when the text is no number. */
export function dialled(text: string): string {
  const trimmed = text.trim();
  return dialable.test(trimmed) ? trimmed.replace(/[\s()./-]/g, "") : "";
}

/** Groups the digits of an international number while it is typed; other texts stay as they are. */
export function asTyped(text: string): string {
  const number = dialled(text);
  return number.startsWith("+") && number.length > 2 ? new AsYouType().input(number) : text;
}

/** The number in a link: "tel:+7-916-123-45-67;ext=5" (RFC 3966) → "+79161234567". */
export function ofLink(link: string): string {
  const [number = ""] = link.replace(/^(?:web\+)?(?:tel|callto):(?:\/\/)?/i, "").split(";");
  try {
    return dialled(decodeURIComponent(number));
  } catch {
    return "";
  }
}

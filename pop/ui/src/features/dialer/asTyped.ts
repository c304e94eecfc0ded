import { AsYouType } from "libphonenumber-js/min";
import { dialled } from "./number";

/** Groups the digits of an international number while it is typed; other texts stay as they are. */
export function asTyped(text: string): string {
  const number = dialled(text);
  return number.startsWith("+") && number.length > 2 ? new AsYouType().input(number) : text;
}

import type { contacts as en } from "../en/contacts";
import type { TextsOf } from "../types";

export const contacts: TextsOf<typeof en> = {};

import type { notes as en } from "../en/notes";
import type { TextsOf } from "../types";

export const notes: TextsOf<typeof en> = {};

import type { unresolved as en } from "../en/unresolved";
import type { TextsOf } from "../types";

export const unresolved: TextsOf<typeof en> = {};

import type { team as en } from "../en/team";
import type { TextsOf } from "../types";

export const team: TextsOf<typeof en> = {};

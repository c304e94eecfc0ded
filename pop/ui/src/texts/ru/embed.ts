import type { embed as en } from "../en/embed";
import type { TextsOf } from "../types";

export const embed: TextsOf<typeof en> = {};

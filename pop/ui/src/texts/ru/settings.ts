import type { settings as en } from "../en/settings";
import type { TextsOf } from "../types";

export const settings: TextsOf<typeof en> = {};

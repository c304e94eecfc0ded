import type { dialer as en } from "../en/dialer";
import type { TextsOf } from "../types";

export const dialer: TextsOf<typeof en> = {};

import type { nav as en } from "../en/nav";
import type { TextsOf } from "../types";

export const nav: TextsOf<typeof en> = {};

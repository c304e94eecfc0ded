import { createContext } from "react";

/** A call about which somebody asks "why?". */
export interface CallInQuestion {
  id: string;
  title: string;
  /** Still going on: its trace grows. */
  live: boolean;
}

/** Opens the drawer. The drawer outlives the card or row whose button opened it. */
export const Why = createContext<(call: CallInQuestion) => void>(() => {});

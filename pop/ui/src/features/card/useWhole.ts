import { startTransition, useEffect, useState } from "react";
import { afterPaint } from "../../core/paint";

/**
 * False until the card's head is on the glass: the number is what an agent needs within a blink, and
 * all the rest takes several times as long to build.
 */
export function useWhole(): boolean {
  const [whole, setWhole] = useState(false);
  useEffect(() => afterPaint(() => startTransition(() => setWhole(true))), []);
  return whole;
}

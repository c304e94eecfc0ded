import { clock, secondsBetween } from "../core/format";
import { useNow } from "./useNow";

interface Props {
  since: string;
  /** Puts the time into words for a screen reader, which hears it only when it asks. */
  label: (time: string) => string;
  className?: string;
}

export function Timer({ since, label, className = "" }: Props) {
  const now = useNow();
  if (since === "") return null;
  const time = clock(secondsBetween(since, now));
  return (
    <time role="timer" aria-live="off" aria-label={label(time)} className={`number ${className}`}>
      {time}
    </time>
  );
}

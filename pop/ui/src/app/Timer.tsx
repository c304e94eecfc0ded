import { Text, type TextProps } from "@mantine/core";
import { clock, secondsBetween } from "../core/format";
import { useNow } from "./useNow";

interface Props extends TextProps {
  since: string;
  /** Puts the time into words for a screen reader, which hears it only when it asks. */
  label: (time: string) => string;
}

export function Timer({ since, label, ...rest }: Props) {
  const now = useNow();
  if (since === "") return null;
  const time = clock(secondsBetween(since, now));
  return (
    <Text component="time" role="timer" aria-live="off" aria-label={label(time)} className="number" {...rest}>
      {time}
    </Text>
  );
}

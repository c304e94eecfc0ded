import { useSettings } from "../../app/useSettings";
import { formatNumber } from "../../core/format";

/** What people call queues and lines of ours; without a title the name or the number. */
export function useTitles(): { queue(name: string): string; line(number: string): string } {
  const { queues, dids } = useSettings();
  return {
    queue: (name) => queues.find((each) => each.name === name)?.title || name,
    line: (number) => dids.find((each) => each.number === number)?.title || formatNumber(number),
  };
}

import { formatLine } from "../core/format";
import { useSettings } from "./useSettings";

/** What people call queues and lines of ours; without a title the name or the number. */
export function useTitles(): { queue(name: string): string; line(number: string): string } {
  const { queues, dids } = useSettings();
  return {
    queue: (name) => queues.find((each) => each.name === name)?.title || name,
    line: (number) => dids.find((each) => each.number === number)?.title || formatLine(number),
  };
}

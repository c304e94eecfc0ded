import type { CallRecord } from "../protocol/types";
import { minutesAgo, phone, record } from "./sample";

/** A day and a half of past calls. */
export function sampleCalls(): CallRecord[] {
  const numbers = ["+79161234567", "+4930901820", "+74951112233", "", "+12025550143", "1002"];
  return Array.from({ length: 19 }, (_, i) => {
    const number = numbers[i % numbers.length] ?? "";
    const missed = i % 4 === 1;
    return record({
      call_id: `main:${100 - i}`,
      client: phone(number),
      started: minutesAgo(18 + i * 47),
      answered: missed ? "" : minutesAgo(17.8 + i * 47),
      ended: minutesAgo(14.5 + i * 47),
      direction: number === "1002" ? "internal" : i % 5 === 2 ? "outbound" : "inbound",
      missed,
      outcome: missed ? "abandoned" : "answered",
      contact_name: number === "+79161234567" ? "Ivan Petrov" : "",
      client_name: number === "1002" ? "Boris Kuznetsov" : "",
      talks: missed ? [] : record().talks,
      recordings: missed
        ? []
        : [
            {
              id: `r-${i}`,
              state: i === 4 ? "missing" : i === 0 ? "expected" : "stored",
              seconds: 180,
              started: minutesAgo(17.8 + i * 47),
              note: "",
            },
          ],
    });
  });
}

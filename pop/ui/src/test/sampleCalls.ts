import type { CallRecord } from "../protocol/types";
import { minutesAgo, phone, record } from "./sample";

/** A day and a half of past calls. */
export function sampleCalls(): CallRecord[] {
  const numbers = ["+79161234567", "+4930901820", "+74951112233", "", "+12025550143", "1002"];
  return Array.from({ length: 19 }, (_, i) => {
    const number = numbers[i % numbers.length] ?? "";
    const missed = i % 4 === 1;
    const at = (minutes: number) => minutesAgo(minutes + i * 47);
    const way = record();
    return record({
      call_id: `main:${100 - i}`,
      client: phone(number),
      started: at(18),
      answered: missed ? "" : at(17.8),
      ended: at(14.5),
      direction: number === "1002" ? "internal" : i % 5 === 2 ? "outbound" : "inbound",
      missed,
      outcome: missed ? "abandoned" : "answered",
      contact_name: number === "+79161234567" ? "Ivan Petrov" : "",
      client_name: number === "1002" ? "Boris Kuznetsov" : "",
      talks: missed ? [] : way.talks.map((talk) => ({ ...talk, from: at(17.8), to: at(14.5) })),
      visits: way.visits.map((visit) => ({
        ...visit,
        joined: at(18),
        left: at(missed ? 14.5 : 17.8),
        outcome: missed ? "abandoned" : "answered",
      })),
      offers: way.offers.map((offer) => ({
        ...offer,
        at: at(17.9),
        ended: at(missed ? 14.5 : 17.8),
        result: missed ? "no_answer" : offer.result,
      })),
      recordings: missed
        ? []
        : [
            {
              id: `r-${i}`,
              state: i === 4 ? "missing" : i === 0 ? "expected" : "stored",
              seconds: 180,
              started: at(17.8),
              note: "",
            },
          ],
    });
  });
}

export interface Backoff {
  /** Milliseconds before try number `attempt` (0 = the first after a loss). */
  delay(attempt: number): number;
}

/**
 * Doubles from `first` to `most`, each time between half and all of that span: a restarted
 * server must not meet all browsers at the same moment.
 */
export function backoff(random: () => number, first = 500, most = 30_000): Backoff {
  return {
    delay(attempt) {
      const span = Math.min(most, first * 2 ** Math.min(attempt, 16));
      return Math.round(span / 2 + (random() * span) / 2);
    },
  };
}

// Filters stand in the address as plain words, so that people can read, keep and send them.

export type Search = Record<string, string>;

export const parseSearch = (text: string): Search => Object.fromEntries(new URLSearchParams(text));

/** Empty fields are left out. */
export function stringifySearch(search: object): string {
  const filled = Object.entries(search).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(filled.map(([key, value]) => [key, String(value)])).toString();
  return text === "" ? "" : `?${text}`;
}

/** Takes the known fields out of an address; whatever else stands there is none of ours. */
export const pick =
  <K extends string>(...fields: readonly K[]) =>
  (search: Record<string, unknown>): { [F in K]?: string } =>
    Object.fromEntries(
      fields.filter((field) => search[field]).map((field) => [field, String(search[field])]),
    ) as { [F in K]?: string };

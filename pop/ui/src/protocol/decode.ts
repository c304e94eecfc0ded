// Small checked decoders for what the websocket brings. A decoder either returns a value of
// its type or throws a WireError that names the field, what was got and what is wanted.

export class WireError extends Error {
  constructor(
    readonly path: string,
    readonly got: unknown,
    readonly want: string,
  ) {
    super(`${path}: got ${JSON.stringify(got)?.slice(0, 80) ?? "nothing"}, want ${want}`);
    this.name = "WireError";
  }
}

export type Decoder<T> = (value: unknown, path: string) => T;

type Shape<T> = { [K in keyof T]: Decoder<T[K]> };

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const text: Decoder<string> = (value, path) => {
  if (typeof value !== "string") throw new WireError(path, value, "a string");
  return value;
};

export const number: Decoder<number> = (value, path) => {
  if (typeof value !== "number" || !Number.isFinite(value)) throw new WireError(path, value, "a number");
  return value;
};

export const flag: Decoder<boolean> = (value, path) => {
  if (value === undefined || value === null) return false;
  if (typeof value !== "boolean") throw new WireError(path, value, "true or false");
  return value;
};

/** Go leaves empty strings out where the tag says omitempty. */
export const maybeText: Decoder<string> = (value, path) =>
  value === undefined || value === null ? "" : text(value, path);

/** Go's zero time means "not set". */
export const time: Decoder<string> = (value, path) => {
  if (value === undefined || value === null || value === "") return "";
  const stamp = text(value, path);
  if (Number.isNaN(Date.parse(stamp))) throw new WireError(path, value, "an RFC 3339 time");
  return stamp.startsWith("0001-01-01") ? "" : stamp;
};

/** An unknown word becomes the fallback: a newer server must not break an older page. */
export const oneOf =
  <T extends string>(words: readonly T[], fallback: T): Decoder<T> =>
  (value, path) => {
    const word = maybeText(value, path);
    return words.find((known) => known === word) ?? fallback;
  };

/** Go writes an empty list as null or leaves it out. */
export const list =
  <T>(item: Decoder<T>): Decoder<T[]> =>
  (value, path) => {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw new WireError(path, value, "a list");
    return value.map((each, i) => item(each, `${path}[${i}]`));
  };

/** What the server may leave out altogether. */
export const maybe =
  <T>(decode: Decoder<T>): Decoder<T | undefined> =>
  (value, path) =>
    value === undefined || value === null ? undefined : decode(value, path);

/** Words of a newer server are left out. */
export const someOf =
  <T extends string>(words: readonly T[]): Decoder<T[]> =>
  (value, path) =>
    list(text)(value, path).filter((word): word is T => (words as readonly string[]).includes(word));

/** A text in each of several languages. */
export const texts: Decoder<Record<string, string>> = (value, path) => {
  if (value === undefined || value === null) return {};
  if (!isRecord(value)) throw new WireError(path, value, "an object");
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, text(each, `${path}.${key}`)]));
};

export const object =
  <T extends object>(shape: Shape<T>): Decoder<T> =>
  (value, path) => {
    if (!isRecord(value)) throw new WireError(path, value, "an object");
    const out: Record<string, unknown> = {};
    for (const [key, decode] of Object.entries<Decoder<unknown>>(shape)) {
      out[key] = decode(value[key], `${path}.${key}`);
    }
    return out as T;
  };

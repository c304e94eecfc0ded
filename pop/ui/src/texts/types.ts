/** Drops the plural endings: languages differ in how many forms they have. */
type Singular<K> = K extends `${infer Stem}_${"one" | "few" | "many" | "other"}` ? `${Stem}_${string}` : K;

/** What another language must have: every key, and every plural in some form. */
export type TextsOf<T> = { [K in keyof T as Singular<K>]: T[K] extends string ? string : TextsOf<T[K]> };

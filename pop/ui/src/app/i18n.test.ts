import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { en } from "../texts/en";
import { ru } from "../texts/ru";
import { firstLanguage } from "./i18n";

interface Texts {
  [key: string]: string | Texts;
}

const flat = (texts: Texts, prefix = ""): [string, string][] =>
  Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "string" ? [[prefix + key, value] as [string, string]] : flat(value, `${prefix}${key}.`),
  );

const plural = /_(one|few|many|other)$/;
const english = new Map(flat(en));
const russian = new Map(flat(ru as unknown as Texts));
const stems = (texts: Map<string, string>) =>
  [...new Set([...texts.keys()].map((key) => key.replace(plural, "")))].sort();
const places = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

describe("English and Russian", () => {
  it("have the same keys", () => {
    expect(stems(russian)).toEqual(stems(english));
  });

  it.each([
    ["en", english, ["one", "other"]],
    ["ru", russian, ["few", "many", "one", "other"]],
  ] as const)("%s has every plural form of its language", (language, texts, forms) => {
    expect(new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted()).toEqual([...forms]);
    for (const stem of new Set(
      [...texts.keys()].filter((key) => plural.test(key)).map((key) => key.replace(plural, "")),
    )) {
      expect(
        [...texts.keys()].filter((key) => key.replace(plural, "") === stem && plural.test(key)),
      ).toHaveLength(forms.length);
    }
  });

  it("fill in the same places", () => {
    for (const [key, text] of russian) {
      const other = english.get(key) ?? english.get(key.replace(plural, "_other")) ?? "";
      expect([key, places(text)]).toEqual([key, places(other)]);
    }
  });

  it("no Russian text was forgotten in English", () => {
    const same = [...russian].filter(([key, text]) => english.get(key) === text && /[a-z]{3}/i.test(text));
    const alike = ["app.name", "card.vip", "failure.invalid", "failure.refused"];
    expect(same.map(([key]) => key).filter((key) => !alike.includes(key))).toEqual([]);
  });
});

const sources = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(path) && !/test|\/texts\//.test(path) ? [readFileSync(path, "utf8")] : [];
  });

describe("keys in the source", () => {
  const code = sources("src").join("\n");
  const used = (key: string) => code.includes(`"${key}"`);
  const branch = (key: string) => {
    const stem = key.replace(/\.[^.]+$/, "");
    return new RegExp(`\`${stem.replaceAll(".", "\\.")}\\.\\$\\{`).test(code);
  };

  it("each text is used somewhere", () => {
    expect(stems(english).filter((key) => !used(key) && !branch(key))).toEqual([]);
  });
});

describe("the first language", () => {
  it.each([
    ["ru", [], "ru"],
    ["xx", ["de-DE", "ru-RU", "en"], "ru"],
    [null, ["de-DE"], "en"],
    [null, ["en-US", "ru"], "en"],
  ])("remembered %s, browser %j: %s", (stored, wanted, language) => {
    expect(firstLanguage(stored, wanted)).toBe(language);
  });
});

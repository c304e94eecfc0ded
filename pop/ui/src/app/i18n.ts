import i18next, { type i18n } from "i18next";
import { initReactI18next } from "react-i18next";
import type { en } from "../texts/en";

export const languages = { en: "English", ru: "Русский" } as const;
export type Language = keyof typeof languages;

const key = "callcard.language";

export const isLanguage = (value: string | null | undefined): value is Language =>
  value !== null && value !== undefined && value in languages;

/** The remembered language, or the first of the browser's that we have, or English. */
export function firstLanguage(stored: string | null, wanted: readonly string[]): Language {
  if (isLanguage(stored)) return stored;
  return wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? "en";
}

/** Each agent reads one language: the other is not fetched. */
const texts: Record<Language, () => Promise<object>> = {
  en: async () => (await import("../texts/en")).en,
  ru: async () => (await import("../texts/ru")).ru,
};

export async function startI18n(language: Language): Promise<i18n> {
  const instance = i18next.createInstance();
  void instance.use(initReactI18next).init({
    lng: language,
    fallbackLng: false, // a test holds that no key is missing
    resources: { [language]: { translation: await texts[language]() } },
    interpolation: { escapeValue: false }, // React escapes
    initAsync: false,
    showSupportNotice: false,
  });
  return instance;
}

/** Turns the whole page to another language, and remembers it. */
export async function speak(instance: i18n, language: Language): Promise<void> {
  if (!instance.hasResourceBundle(language, "translation"))
    instance.addResourceBundle(language, "translation", await texts[language]());
  await instance.changeLanguage(language);
  rememberLanguage(language);
}

/** Storage may be forbidden (private windows, policies); the page works without. */
export function rememberedLanguage(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function rememberLanguage(language: Language): void {
  document.documentElement.lang = language;
  try {
    localStorage.setItem(key, language);
  } catch {
    // asked again next time
  }
}

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof en };
  }
}

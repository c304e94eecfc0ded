import type { app as en } from "../en/app";
import type { TextsOf } from "../types";

export const app: TextsOf<typeof en> = {
  name: "callcard",
  skip: "К карточкам",
  language: "Язык",
  theme: "Тема: {{theme}}",
  themes: { light: "светлая", dark: "тёмная", auto: "как в системе" },
  menu: "Настройки",
  logout: "Выйти",
  retry: "Повторить",
  close: "Закрыть",
  starting: "Соединение с callcard…",
  unreachable: "callcard не отвечает",
  unreachableHint: "Проверьте сеть. Телефон звонит как обычно, нет только карточек.",
  crashed: "Эта часть страницы дала сбой",
  crashedHint: "Звонки и карточки работают. Обновите страницу, когда будет минута.",
  reload: "Обновить страницу",
};

import type { nav as en } from "../en/nav";
import type { TextsOf } from "../types";

export const nav: TextsOf<typeof en> = {
  label: "Страницы",
  desk: "Стол",
  calls: "Звонки",
  contacts: "Контакты",
  callbacks: "Перезвоны",
  unresolved: "Разбор",
  team: "Команда",
  webhooks: "Вебхуки",
  settings: "Настройки",
  notFound: "Такой страницы нет",
  notFoundHint: "Возможно, адрес устарел или набран с ошибкой. Звонки и карточки работают.",
  toDesk: "К рабочему столу",
  failed: "Страница не загрузилась",
  failedHint:
    "Вероятно, callcard обновился. Перезагрузите страницу, когда будет минута; звонки и карточки работают.",
  forbidden: "Эта страница для супервизоров",
};

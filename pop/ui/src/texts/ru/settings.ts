import type { settings as en } from "../en/settings";
import type { TextsOf } from "../types";

export const settings: TextsOf<typeof en> = {
  theme: "Тема",
  density: "Размер",
  densities: {
    compact: "компактный",
    normal: "обычный",
    large: "крупный",
  },
  alerts: "Когда звонят",
  silent: "Этот браузер не даёт страницам звучать",
  noNotices: "Этот браузер показывает уведомления только по https",
  keys: "Клавиатура",
  account: "Учётная запись",
};

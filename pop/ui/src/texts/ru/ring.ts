import type { ring as en } from "../en/ring";
import type { TextsOf } from "../types";

export const ring: TextsOf<typeof en> = {
  label: "Когда звонят",
  sound: "Звуковой сигнал",
  notices: "Уведомления на рабочем столе",
  blocked: "Уведомления запрещены в браузере",
};

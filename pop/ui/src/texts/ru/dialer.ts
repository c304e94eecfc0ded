import type { dialer as en } from "../en/dialer";
import type { TextsOf } from "../types";

export const dialer: TextsOf<typeof en> = {
  open: "Позвонить по номеру",
  number: "Имя или номер",
  placeholder: "+7 916 123-45-67",
  call: "Позвонить",
  hint: "Сначала зазвонит ваш телефон.",
  empty: "Никого не найдено",
  started: "Снимите трубку: после этого набирается {{number}}.",
  failed: "Звонок на {{number}} не начат: {{detail}}",
  handler: "Открывать здесь ссылки tel:",
};

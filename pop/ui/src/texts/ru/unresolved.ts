import type { unresolved as en } from "../en/unresolved";
import type { TextsOf } from "../types";

export const unresolved: TextsOf<typeof en> = {
  title: "Неразобранные звонки",
  list: "Звонки для разбора",
  empty: "Всё разобрано",
  emptyHint: "Сюда попадают завершённые звонки, клиент которых неизвестен или неоднозначен.",
  failed: "Не удалось загрузить звонки",
  who: "Кто это был?",
  nobody: "В справочнике такого номера нет.",
  notClient: "Не клиент",
  find: "Найти",
  saved: "{{number}} — {{name}}",
  aside: "{{number}}: не клиент",
  saveFailed: "Не сохранено: {{detail}}",
  keys: "↑ ↓ звонок · 1–9 выбрать · F найти · C новый контакт · X не клиент",
  left_one: "остался {{count}}",
  left_few: "осталось {{count}}",
  left_many: "осталось {{count}}",
  left_other: "осталось {{count}}",
};

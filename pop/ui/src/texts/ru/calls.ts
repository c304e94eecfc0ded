import type { calls as en } from "../en/calls";
import type { TextsOf } from "../types";

export const calls: TextsOf<typeof en> = {
  title: "Последние звонки",
  tab: "Звонки",
  filter: "Номер",
  filterPlaceholder: "+7 916 123-45-67",
  from: "С",
  to: "По",
  clear: "Сбросить фильтр",
  empty: "Звонков ещё нет",
  emptyFiltered: "Под фильтр ничего не подходит",
  failed: "Не удалось загрузить звонки",
  more: "Показать более ранние",
  inbound: "Входящий",
  outbound: "Исходящий",
  internal: "Внутренний",
  outcome: {
    answered: "отвечен",
    abandoned: "не дождался ответа",
    timeout: "тайм-аут очереди",
    no_answer: "без ответа",
    ivr: "закончился в меню",
    failed: "сбой",
    running: "идёт",
  },
  unknown: "Неизвестный",
  recording: "Запись от {{time}}",
  play: "Записи: {{count}}",
  hide: "Скрыть записи",
  state: {
    expected: "Запись ещё не готова",
    empty: "Ничего не записано",
    missing: "Запись не найдена",
  },
};

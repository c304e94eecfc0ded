import type { callbacks as en } from "../en/callbacks";
import type { TextsOf } from "../types";

export const callbacks: TextsOf<typeof en> = {
  title: "Кому перезвонить",
  tab: "Перезвонить",
  empty: "Никто не ждёт звонка",
  emptyHint: "Пропущенные звонки ваших очередей остаются здесь, пока клиенту не дозвонятся.",
  missed_one: "пропущен {{count}} раз",
  missed_few: "пропущен {{count}} раза",
  missed_many: "пропущен {{count}} раз",
  missed_other: "пропущен {{count}} раза",
  waits: "ждёт {{time}}",
  last: "последний {{when}}",
  line: "набран {{line}}",
  cause: {
    abandoned: "не дождался в очереди",
    timeout: "очередь отпустила",
    no_answer: "никто не ответил",
    ivr: "положил трубку в меню",
    failed: "сбой вызова",
    answered: "отвечен",
  },
  call: "Позвонить {{number}}",
  calls: "Показать звонки с {{number}}",
};

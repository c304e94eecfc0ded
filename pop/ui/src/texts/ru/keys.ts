import type { keys as en } from "../en/keys";
import type { TextsOf } from "../types";

export const keys: TextsOf<typeof en> = {
  title: "Горячие клавиши",
  enabled: "Одиночные клавиши работают",
  hint: "Клавиши действуют на карточку в фокусе, иначе на верхнюю, и никогда при вводе текста.",
  action: {
    list: "Этот список",
    ready: "Готов",
    notReady: "Не готов: причина выбирается стрелками",
    next: "Следующая карточка",
    previous: "Предыдущая карточка",
    choose: "Выбрать контакт с этим номером в списке",
    create: "Новый контакт",
    why: "Почему появилась эта карточка?",
    dismiss: "Убрать закрытую карточку",
  },
};

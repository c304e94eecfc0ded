import type { failure as en } from "../en/failure";
import type { TextsOf } from "../types";

export const failure: TextsOf<typeof en> = {
  unreachable: "callcard не отвечает",
  login: "сеанс закончился",
  throttled: "слишком много запросов",
  forbidden: "это не разрешено",
  not_found: "этого уже нет",
  invalid: "{{detail}}",
  unavailable: "сейчас недоступно",
  refused: "{{detail}}",
  server: "ошибка на сервере",
  reason: {
    call_over: "звонок уже закончен",
    call_changed: "звонок только что изменился",
    not_in_call: "вашего телефона нет в этом звонке",
    not_talking: "вы не разговариваете в этом звонке",
    keys_only: "здесь это делают только кнопками самого телефона",
    not_possible_now: "сейчас в этом звонке так сделать нельзя",
    not_recorded: "этот звонок никто не записывает",
    no_phone: "неизвестно, какой ваш телефон должен зазвонить",
    dialled_already: "этот номер уже набирается",
    transfer_not_begun:
      "АТС приняла перевод, но не начала его. Скажите администратору: очередь должна разрешать перевод (опция t), а телефон — передавать звук",
  },
};

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
};

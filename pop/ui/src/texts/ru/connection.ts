import type { connection as en } from "../en/connection";
import type { TextsOf } from "../types";

export const connection: TextsOf<typeof en> = {
  lost: "Нет связи с callcard",
  offline: "На этом компьютере нет сети",
  restart: "callcard перезапускается",
  slow: "Соединение было слишком медленным",
  resync: "Состояние запрашивается заново",
  asleep: "Компьютер спал",
  protocol: "Страница устарела",
  forbidden: "Сервер не принимает эту страницу",
  login: "Сеанс закончился",
  logged_out: "Вы вышли",
  connecting: "Соединение…",
  in_one: "Следующая попытка через {{count}} с.",
  in_few: "Следующая попытка через {{count}} с.",
  in_many: "Следующая попытка через {{count}} с.",
  in_other: "Следующая попытка через {{count}} с.",
  stale: "Данные на экране могут быть неактуальны.",
  retry: "Соединить сейчас",
  reload: "Обновить страницу",
};

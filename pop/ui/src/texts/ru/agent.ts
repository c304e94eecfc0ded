import type { agent as en } from "../en/agent";
import type { TextsOf } from "../types";

export const agent: TextsOf<typeof en> = {
  setReady: "Готов",
  setOffline: "Не на линии",
  change: "Сменить состояние: {{state}}",
  mode: { ready: "Готов", not_ready: "Не готов", offline: "Не на линии" },
  activity: {
    idle: "",
    offered: "звонит",
    talking: "разговор",
    hold: "удержание",
    acw: "поствызывная обработка",
  },
  block: {
    rona: "Звонки не приходят: вы не ответили",
    device_down: "Телефон не зарегистрирован: звонки не приходят",
    supervisor: "Вас поставил на паузу супервизор",
  },
  reasons: {
    lunch: "Обед",
    break: "Перерыв",
    training: "Обучение",
    meeting: "Совещание",
    paperwork: "Бумажная работа",
  },
  reasonTitle: "Не готов, причина",
  otherReason: "Другая причина",
  setReason: "Задать",
  by: "изменил(а) {{name}}",
  byPbx: "изменено на АТС",
  bySystem: "изменил callcard",
  pending: "АТС ещё не подтвердила",
  pendingDown: "Нет связи с АТС",
  pendingProblem: "АТС не выполнила: {{detail}}",
  failed: "АТС не выполнила команду. callcard помнит ваш выбор и повторит.",
  failedOther: "Состояние не изменено: {{detail}}",
  extension: "доб. {{extension}}",
  queues: "Очереди",
  queuePaused: "пауза",
  queueActive: "активен",
  queueOut: "не в очереди",
};

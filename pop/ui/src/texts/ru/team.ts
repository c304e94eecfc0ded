import type { team as en } from "../en/team";
import type { TextsOf } from "../types";

export const team: TextsOf<typeof en> = {
  queues: "Очереди сейчас",
  agents: "Агенты",
  waiting_one: "ждёт {{count}}",
  waiting_few: "ждут {{count}}",
  waiting_many: "ждут {{count}}",
  waiting_other: "ждут {{count}}",
  nobodyWaits: "никто не ждёт",
  longest: "дольше всех {{time}}",
  free: "свободны {{free}} из {{all}}",
  unreachable: "браузер не отвечает",
  since: "{{time}}",
  noQueues: "Очередей нет",
  failed: "Не удалось загрузить очереди",
  offlineBrowser: "страница не открыта",
  blocked: "заблокирован",
};

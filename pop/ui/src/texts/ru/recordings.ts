import type { recordings as en } from "../en/recordings";
import type { TextsOf } from "../types";

export const recordings: TextsOf<typeof en> = {
  play: "Слушать",
  pause: "Пауза",
  speed: "Скорость",
  download: "Скачать",
  voices: "Сверху клиент, снизу оператор",
  held: "Защищена от удаления ({{name}}): {{reason}}",
  hold: "Защитить от удаления",
  holdReason: "Почему она нужна",
  release: "Снять защиту",
  save: "Защитить",
  holdFailed: "Не изменено: {{detail}}",
  failed: "Не удалось воспроизвести запись",
};

import type { recordings as en } from "../en/recordings";
import type { TextsOf } from "../types";

export const recordings: TextsOf<typeof en> = {
  play: "Слушать",
  pause: "Пауза",
  speed: "Скорость",
  download: "Скачать",
  voices: "Сверху клиент, снизу оператор",
  failed: "Не удалось воспроизвести запись",
};

import type { notes as en } from "../en/notes";
import type { TextsOf } from "../types";

export const notes: TextsOf<typeof en> = {
  title: "Заметки",
  mine: "Заметка об этом звонке",
  placeholder: "О чём говорили? Сохраняется при вводе.",
  saving: "Сохраняем…",
  saved: "Сохранено {{time}}",
  waiting: "Нет связи: заметка осталась здесь и сохранится, когда связь вернётся",
  failed: "Не сохранено: {{detail}}",
  conflict: "В другом окне вы написали о звонке иначе:",
  keepBoth: "Оставить обе",
  keepMine: "Оставить мою",
  takeTheirs: "Взять другую",
  result: "Итог звонка",
  reasons: "Причины звонка",
  resultBy: "указал(а) {{name}}",
  resultFailed: "Итог не сохранён: {{detail}}",
};

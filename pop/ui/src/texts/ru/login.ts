import type { login as en } from "../en/login";
import type { TextsOf } from "../types";

export const login: TextsOf<typeof en> = {
  username: "Имя пользователя",
  password: "Пароль",
  submit: "Войти",
  missing: "Заполните это поле",
  wrong: "Неверное имя или пароль",
  wrongHint: "Проверьте раскладку клавиатуры и Caps Lock.",
  unreachable: "callcard не отвечает",
  unreachableHint: "Проверьте сеть и попробуйте ещё раз.",
  tooMany: "Слишком много попыток",
  tooManyHint: "Подождите минуту и попробуйте снова.",
  tooManyWait_one: "Попробуйте через {{count}} секунду.",
  tooManyWait_few: "Попробуйте через {{count}} секунды.",
  tooManyWait_many: "Попробуйте через {{count}} секунд.",
  tooManyWait_other: "Попробуйте через {{count}} секунды.",
  server: "callcard не смог выполнить вход",
  expired: "Сеанс закончился. Войдите снова.",
  loggedOut: "Вы вышли: здесь или в другом окне.",
  forbidden: "Этой учётной записи страница недоступна.",
};

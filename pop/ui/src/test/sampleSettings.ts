// What the administrator of the sample office configured.

import type { DirectoryEntry, Labelled, Settings } from "../protocol/types";

const word = (id: string, en: string, ru: string): Labelled => ({ id, label: { en, ru } });

export const sampleSettings = (): Settings => ({
  results: [
    word("order", "Order", "Заказ"),
    word("question", "Question answered", "Вопрос решён"),
    word("complaint", "Complaint", "Жалоба"),
    word("no_interest", "No interest", "Не интересно"),
    word("wrong_number", "Wrong number", "Ошиблись номером"),
  ],
  reasons: [
    word("delivery", "Delivery", "Доставка"),
    word("price", "Price", "Цена"),
    word("documents", "Documents", "Документы"),
    word("quality", "Quality", "Качество"),
  ],
  pause_reasons: [
    word("lunch", "Lunch", "Обед"),
    word("break", "Break", "Перерыв"),
    word("training", "Training", "Обучение"),
    word("meeting", "Meeting", "Совещание"),
    word("paperwork", "Paperwork", "Бумажная работа"),
  ],
  after_call_work: { seconds: 60, extend_seconds: 60, max_extends: 3 },
  control: true,
  crm: true,
  queues: [
    { name: "support", title: "Support line" },
    { name: "sales", title: "Sales" },
  ],
  dids: [{ number: "+74950000001", title: "Main number" }],
  recordings: { download: true },
});

export const sampleDirectory = (): DirectoryEntry[] => [
  { kind: "agent", id: "boris", name: "Boris Kuznetsov", number: "1002", presence: "free" },
  { kind: "agent", id: "vera", name: "Вера Соколова", number: "1003", presence: "talking" },
  { kind: "agent", id: "gleb", name: "Глеб Орлов", number: "1004", presence: "not_ready" },
  { kind: "queue", id: "sales", name: "Sales", number: "700", presence: "" },
  { kind: "contact", id: "c-1", name: "Ivan Petrov", number: "+79161234567", presence: "" },
];

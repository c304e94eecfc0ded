import { type Endpoint, ok } from "../route";

export const callbacks: Endpoint[] = [
  { on: "GET /callbacks", answer: (office) => ok({ items: office.callbacks }) },
];

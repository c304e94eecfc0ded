// A callcard in memory: the same REST answers and websocket frames, no network and no clock of its
// own. Unit tests talk to it through `fakeFetch` and `FakeSocket`; `npm run dev:fake` and the
// screenshots through the Vite plugin beside this file. What it answers is in endpoints/, one file
// per area.

export { aroundOffice, FakeSocket, fakeFetch } from "./fakeSocket";
export { FakeOffice } from "./office";
export type { Answer, Ask, Endpoint } from "./route";

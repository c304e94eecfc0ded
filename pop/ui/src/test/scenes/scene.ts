import type { FakeOffice } from "../fakeServer";

/** Named states of the office: a scene changes what is there or lets something happen. */
export type Scenes = Record<string, (office: FakeOffice) => void>;

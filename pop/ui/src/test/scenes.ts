// Named states of the desk for screenshots and for trying the page by hand, one file per area.

import { callbacks } from "./scenes/callbacks";
import { desk } from "./scenes/desk";
import { pages } from "./scenes/pages";
import type { Scenes } from "./scenes/scene";
import { work } from "./scenes/work";

export const scenes: Scenes = { ...desk, ...work, ...pages, ...callbacks };

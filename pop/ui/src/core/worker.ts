// The SharedWorker: one hub for all tabs of this build.

import { Hub } from "./hub";
import type { Port, ToHub } from "./messages";
import { aroundHub } from "./surroundings";

const hub = new Hub(aroundHub());

addEventListener("connect", (event) => {
  const [channel] = (event as MessageEvent).ports;
  if (!channel) return;
  const port: Port = { post: (message) => channel.postMessage(message) };
  channel.onmessage = ({ data }: MessageEvent<ToHub>) => hub.take(port, data);
});

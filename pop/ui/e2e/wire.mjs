// The cable between a browser and the daemon, which can be cut; it notes when frames pass.
import { once } from "node:events";
import { connect, createServer } from "node:net";

const opened = /"type":"card\.opened","data":\{[^}]*?"call_id":"([^"]+)"/;

export class Wire {
  #pairs = new Set();
  /** Both ends of what is whole. */
  #flowing = new Set();
  #whole = true;
  #frozen = false;
  #target;
  /** When the frame that opened a card left for the browser, by call. */
  passed = new Map();
  /** Websockets that were asked for so far. */
  sockets = 0;

  constructor(target) {
    this.#target = target;
  }

  async open() {
    this.server = createServer((near) => this.#join(near)).listen(0, "127.0.0.1");
    await once(this.server, "listening");
    this.base = `http://127.0.0.1:${this.server.address().port}`;
  }

  #join(near) {
    near.on("error", () => {});
    if (!this.#whole) return near.destroy();
    const far = connect(this.#target, "127.0.0.1");
    far.on("error", () => near.destroy());
    far.on("data", (part) => this.#note(part));
    near.on("data", (part) => {
      if (part.includes("GET /ws")) this.sockets++;
    });
    near.on("close", () => far.destroy());
    far.on("close", () => {
      near.destroy();
      this.#pairs.delete(near);
    });
    this.#pairs.add(near);
    if (this.#frozen) return; // who connects now gets no word
    near.pipe(far);
    far.pipe(near);
    this.#flowing.add([near, far]);
  }

  /** Everything is swallowed from now on, and nobody is told: a network that dies without a word. */
  freeze() {
    this.#frozen = true;
    for (const [near, far] of this.#flowing)
      for (const end of [near, far]) {
        end.unpipe();
        end.removeAllListeners("data");
        end.resume(); // read, and forgotten
      }
    this.#flowing.clear();
  }

  /** New connections are whole again; those of before stay dead. */
  thaw() {
    this.#frozen = false;
  }

  #note(part) {
    const call = part.includes("card.opened") && opened.exec(part.toString("latin1"))?.[1];
    if (call && !this.passed.has(call)) this.passed.set(call, performance.timeOrigin + performance.now());
  }

  /** Connections break and new ones are refused, as when a router is switched off. */
  cut() {
    this.#whole = false;
    for (const near of this.#pairs) near.destroy();
  }

  mend() {
    this.#whole = true;
  }

  close() {
    this.cut();
    this.server?.close();
  }
}

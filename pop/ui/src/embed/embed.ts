// embed.js: a script for other people's pages. It adds callcard's panel at the side and gives the
// page `callcard.on(…)` and `callcard.call(…)`. It has no dependencies and touches nothing else.

import { type Answered, type Asked, type Awake, type Events, mark, type Told } from "./contract";

type Listener<E extends keyof Events> = (data: Events[E]) => void;
type Ask = Asked extends infer A ? (A extends Asked ? Omit<A, "protocol" | "id"> : never) : never;

const answerWithin = 20_000;
const narrowest = 360;

class Callcard {
  readonly #home: URL;
  readonly #frame = document.createElement("iframe");
  readonly #box = document.createElement("aside");
  readonly #tab = document.createElement("button");
  readonly #listeners = new Map<string, Set<Listener<never>>>();
  readonly #waiting = new Map<number, (error?: string) => void>();
  #asked = 0;

  constructor(script: HTMLScriptElement) {
    this.#home = new URL("/?embed=1", script.src);
    this.#dress(script.dataset);
    addEventListener("message", (event) => this.#take(event));
    this.on("card.opened", () => {
      if (script.dataset.open !== "never") this.open();
    });
  }

  /** Listens to an event; the answer stops listening. */
  on<E extends keyof Events>(event: E, listener: Listener<E>): () => void {
    const all = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, all);
    all.add(listener as Listener<never>);
    return () => void all.delete(listener as Listener<never>);
  }

  /** Calls a number: the agent's own phone rings first. Fails with a sentence for people. */
  call(number: string, contactId?: string): Promise<void> {
    return this.#ask({ ask: "call", number: String(number), ...(contactId && { contact_id: contactId }) });
  }

  /** Shows the panel, and a call's card in it. */
  open(callId?: string): void {
    this.#box.dataset.open = "";
    this.#box.style.transform = "none";
    this.#tab.setAttribute("aria-expanded", "true");
    if (callId) void this.#ask({ ask: "open", call_id: callId }).catch(() => {});
  }

  close(): void {
    delete this.#box.dataset.open;
    this.#box.style.transform = this.#left ? "translateX(-100%)" : "translateX(100%)";
    this.#tab.setAttribute("aria-expanded", "false");
  }

  get #left(): boolean {
    return this.#box.dataset.side === "left";
  }

  #dress({ side, width, open }: DOMStringMap): void {
    const at = side === "left" ? "left" : "right";
    this.#box.dataset.side = at;
    this.#box.setAttribute("aria-label", "callcard");
    const wide = Math.max(Number(width) || 400, narrowest);
    this.#box.style.cssText = `position:fixed;top:0;bottom:0;${at}:0;width:min(${wide}px,100vw);z-index:2147483000;box-shadow:0 0 16px #0004;transition:transform .15s`;
    this.#frame.title = "callcard";
    this.#frame.allow = "autoplay; clipboard-write";
    this.#frame.style.cssText = "width:100%;height:100%;border:0;background:#fff;color-scheme:normal";
    this.#tab.type = "button";
    this.#tab.textContent = "callcard";
    this.#tab.style.cssText = `position:absolute;top:40%;${at === "right" ? "right" : "left"}:100%;writing-mode:vertical-rl;padding:12px 6px;border:0;border-radius:6px 0 0 6px;background:#2f5fd0;color:#fff;font:600 13px system-ui;cursor:pointer`;
    this.#tab.addEventListener("click", () => ("open" in this.#box.dataset ? this.close() : this.open()));
    this.#frame.src = this.#home.href;
    this.#box.append(this.#tab, this.#frame);
    document.body.append(this.#box);
    if (open === "always") this.open();
    else this.close();
  }

  #ask(ask: Ask): Promise<void> {
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => this.#settle({ protocol: mark, answer: id, error: "callcard does not answer" }),
        answerWithin,
      );
      this.#waiting.set(id, (error) => {
        clearTimeout(late);
        if (error === undefined) resolve();
        else reject(new Error(error));
      });
      this.#frame.contentWindow?.postMessage({ protocol: mark, id, ...ask }, this.#home.origin);
    });
  }

  #take(event: MessageEvent): void {
    if (event.source !== this.#frame.contentWindow || event.origin !== this.#home.origin) return;
    const message = event.data as Told | Answered | Awake;
    if (message?.protocol !== mark) return;
    if ("answer" in message) this.#settle(message);
    else if (message.event === "awake") void this.#ask({ ask: "hello" }).catch(() => {});
    else this.#tell(message);
  }

  #settle({ answer, error }: Answered): void {
    const waiting = this.#waiting.get(answer);
    this.#waiting.delete(answer);
    waiting?.(error);
  }

  #tell({ event, data }: Told): void {
    for (const listener of this.#listeners.get(event) ?? []) {
      try {
        (listener as Listener<typeof event>)(data as never);
      } catch (error) {
        console.error("callcard: a listener failed", error); // the page's own fault must not stop the others
      }
    }
  }
}

declare global {
  interface Window {
    callcard?: Callcard;
  }
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement && !window.callcard) {
  const start = () => {
    window.callcard = new Callcard(script);
    dispatchEvent(new Event("callcard"));
  };
  if (document.body) start();
  else addEventListener("DOMContentLoaded", start, { once: true });
}

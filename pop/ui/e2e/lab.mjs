// A real Asterisk with real SIP phones, by labctl: a JSON command per line to it, an answer per line back.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

const labctl = resolve(process.env.CALLCARD_LABCTL ?? "../../bin/labctl");

/** Why there can be no PBX here, or "". In CI nothing may be skipped. */
export function missingLab() {
  const why = !existsSync(labctl)
    ? `${labctl} is missing: make test-ui builds it`
    : process.getuid() !== 0
      ? "the lab runs Asterisk in a root directory of its own (chroot), which needs root"
      : "";
  if (why && process.env.CI) throw new Error(why);
  return why;
}

/** The dialled numbers of dialplan-samples/extensions.conf, and one that labctl adds: nobody can transfer there. */
export const lines = {
  support: "74950000001",
  sales: "74950000002",
  direct: "74950000003",
  noTransfer: "74950000099",
};

export class Lab {
  #last = 0;
  #waiting = new Map();
  #faults = "";

  /** Resolves when Asterisk is up; `where` then tells addresses and users. */
  async start(version = "22") {
    this.child = spawn(labctl, ["serve", version], { stdio: ["pipe", "pipe", "pipe"] });
    this.ended = once(this.child, "exit");
    this.child.stderr.on("data", (part) => (this.#faults += part));
    const answers = createInterface({ input: this.child.stdout });
    this.where = await new Promise((done, fail) => {
      this.child.on("error", fail);
      this.child.on("exit", () => {
        const gone = new Error(`labctl ended: ${this.#faults}`);
        fail(gone);
        for (const each of this.#waiting.values()) each.fail(gone);
      });
      answers.on("line", (line) => this.#take(JSON.parse(line), done));
    });
  }

  #take(answer, first) {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (!waiting) first(answer);
    else if (answer.error) waiting.fail(new Error(answer.error));
    else waiting.done(answer.text);
  }

  #do(command) {
    const id = ++this.#last;
    const answer = new Promise((done, fail) => this.#waiting.set(id, { done, fail }));
    this.child.stdin.write(`${JSON.stringify({ id, ...command })}\n`);
    return { id, answer };
  }

  /** A phone on an employee's desk that rings until `answer`; see `phone` in labctl/serve.go for others. */
  plug = (extension, phone = { told: true }) => this.#do({ do: "phone", extension, phone }).answer;
  unplug = (extension) => this.#do({ do: "unplug", extension }).answer;
  answer = (extension) => this.#do({ do: "answer", extension }).answer;
  restart = () => this.#do({ do: "restart" }).answer;
  cli = (text) => this.#do({ do: "cli", text }).answer;
  /** How many seconds a queue lets a phone ring; 55 unless a story is about it. */
  ring = (seconds = 55) => this.#do({ do: "ring", text: String(seconds) }).answer;
  log = () => this.#do({ do: "log" }).answer;

  /** Places a call; it lasts until the client is told to hang up, or the PBX does. */
  async call(caller) {
    const { id, answer } = this.#do({ do: "call", caller });
    await answer;
    const over = () => this.#do({ do: "wait", call: id }).answer;
    const hangup = async () => {
      await this.#do({ do: "hangup", call: id }).answer;
      await over();
    };
    return { ...caller, over, hangup };
  }

  /** The end of its input ends labctl, and with it everything that it started. */
  async stop() {
    if (!this.child) return;
    this.child.stdin.end();
    const force = setTimeout(() => this.child.kill("SIGKILL"), 20_000);
    await this.ended;
    clearTimeout(force);
  }
}

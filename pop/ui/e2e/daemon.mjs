// Runs the real binary on a free port and in a folder of its own: with its sample office, or as it is configured.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const binary = resolve(process.env.CALLCARD_BIN ?? "../../callcard");

/** Our own settings stay here: the daemon refuses variables that it does not know. */
const foreign = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith("CALLCARD_")),
);

/**
 * A free port for the daemon's whole life, restarts included. It is none of those that the system gives to clients (from 32768 up):
 * there a browser that tries again and again would one day be given the very port that it looks for.
 */
async function freePort() {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer().listen(port, "127.0.0.1");
    const free = await once(server, "listening").then(
      () => true,
      () => false,
    );
    if (!free) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}

export class Daemon {
  folder = mkdtempSync(join(tmpdir(), "callcard-e2e-"));
  log = "";
  #args = ["--demo"];
  #password = "callcard";
  #environment;

  /** Without a configuration the sample office is served. */
  constructor(config, environment = {}) {
    this.#environment = environment;
    if (!existsSync(binary))
      throw new Error(`CALLCARD_BIN: got ${binary}, want the built program (make build)`);
    if (!config) return;
    const file = join(this.folder, "callcard.yaml");
    writeFileSync(file, JSON.stringify(config)); // JSON is YAML
    this.#args = ["--config", file];
    this.#password = "correct horse battery";
  }

  /** callcard user add, with the options that its help names. */
  async addUser(name, options) {
    const flags = Object.entries(options).flatMap(([flag, value]) => [`--${flag}`, value]);
    const child = spawn(binary, ["user", "add", name, ...this.#args, "--password-stdin", ...flags], {
      cwd: this.folder,
      env: foreign,
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (said += part));
    child.stdin.end(`${this.#password}\n`);
    const [code] = await once(child, "exit");
    if (code !== 0) throw new Error(`callcard user add ${name}: ${said}`);
  }

  get password() {
    return this.#password;
  }

  async start() {
    this.port ??= await freePort();
    this.base = `http://127.0.0.1:${this.port}`;
    this.child = spawn(binary, ["serve", ...this.#args], {
      cwd: this.folder,
      env: { ...foreign, ...this.#environment, CALLCARD_HTTP_LISTEN: `127.0.0.1:${this.port}` },
    });
    this.ended = once(this.child, "exit");
    for (const stream of [this.child.stdout, this.child.stderr])
      stream.on("data", (part) => (this.log += part));
    await this.#answers();
  }

  async #answers() {
    const deadline = Date.now() + 60_000;
    while (Date.now() < deadline && this.child.exitCode === null) {
      const response = await fetch(`${this.base}/healthz`).catch(() => undefined);
      if (response?.ok) return;
      await new Promise((wait) => setTimeout(wait, 50));
    }
    throw new Error(`callcard does not serve; its log:\n${this.log}`);
  }

  /** Ends the process as an operator does; by force when it does not listen. */
  async stop(signal = "SIGTERM") {
    if (!this.child || this.child.exitCode !== null) return;
    this.child.kill(signal);
    const force = setTimeout(() => this.child.kill("SIGKILL"), 30_000);
    await this.ended;
    clearTimeout(force);
  }

  async remove() {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A client of the REST API for one of the users. */
  async client(username) {
    const login = await fetch(`${this.base}/api/v1/login`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ username, password: this.#password }),
    });
    const { token } = await login.json();
    return async (method, path, body) => {
      const response = await fetch(`${this.base}/api/v1${path}`, {
        method,
        headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
        body: body && JSON.stringify(body),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return text ? JSON.parse(text) : undefined;
    };
  }
}

/** Asks until the answer is true; fails with what was last got. */
export async function until(what, ask, seconds = 60) {
  const deadline = Date.now() + seconds * 1000;
  let got;
  while (Date.now() < deadline) {
    got = await ask();
    if (got) return got;
    await new Promise((wait) => setTimeout(wait, 100));
  }
  throw new Error(`${what}: not within ${seconds} s; last got ${JSON.stringify(got)}`);
}

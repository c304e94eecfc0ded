// `vite --mode fake`: the page against a fake office, without the daemon. POST /fake/<scene> plays a
// scene of scenes.ts, POST /fake/fail?path=/login&status=429 prepares one failure.

import { createReadStream } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Plugin, PreviewServer, ViteDevServer } from "vite";
import { WebSocketServer } from "ws";
import { type Answer, FakeOffice } from "./fakeServer";
import { scenes } from "./scenes";

export function fakeOffice(): Plugin {
  return { name: "callcard-fake-office", configureServer: serve, configurePreviewServer: preview };
}

/** The page as it was built, which lies beside the placeholder: what is measured is what agents get. */
function preview(server: PreviewServer): void {
  serve(server);
  server.middlewares.use((request, response, next) => {
    if (!request.headers.accept?.includes("text/html")) return next();
    response.setHeader("Content-Type", "text/html");
    createReadStream(`${server.config.build.outDir}/app.html`).on("error", next).pipe(response);
  });
}

function serve(server: ViteDevServer | PreviewServer): void {
  let office = new FakeOffice();
  server.middlewares.use((request, response, next) => {
    const url = request.url ?? "/";
    if (url === "/fake/reset") {
      office.close(1001);
      office = new FakeOffice();
      return reply(response, { status: 204 });
    }
    if (url.startsWith("/fake/")) return reply(response, play(office, new URL(url, "http://office")));
    if (!url.startsWith("/api/")) return next();
    if (/^\/api\/v1\/recordings\/.*\/audio$/.test(url)) return tone(response);
    read(request)
      .then((body) => reply(response, office.handle(request.method ?? "GET", url, body)))
      .catch(next);
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.httpServer?.on("upgrade", (request, socket, head) => {
    if (!request.url?.startsWith("/ws")) return;
    if (!office.loggedIn) return socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n");
    sockets.handleUpgrade(request, socket, head, (ws) => {
      const leave = office.join(new URL(request.url ?? "", "http://office").search, {
        frame: (text) => ws.send(text),
        close: (code) => ws.close(code),
      });
      ws.on("message", (data) => office.acks.push(JSON.parse(String(data))));
      ws.on("close", () => leave?.());
    });
  });
}

function play(office: FakeOffice, url: URL): Answer {
  const name = url.pathname.replace("/fake/", "");
  if (name === "acks") return { status: 200, body: office.acks };
  if (name === "fail") {
    const headers = { "Retry-After": url.searchParams.get("after") ?? "0" };
    const status = Number(url.searchParams.get("status"));
    office.answers.set(url.searchParams.get("path") ?? "/", {
      status,
      headers,
      body: { detail: "as asked" },
    });
    return { status: 204 };
  }
  scenes[name]?.(office);
  return { status: name in scenes ? 204 : 404 };
}

async function read(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const part of request) text += part;
  return text === "" ? {} : JSON.parse(text);
}

function reply(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, { "Content-Type": "application/json", ...answer.headers });
  response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
}

/** Two seconds of a quiet 440 Hz tone as 8 kHz WAV. */
function tone(response: ServerResponse): void {
  const samples = 16_000;
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(36 + samples * 2, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(8000, 24);
  wav.writeUInt32LE(16_000, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(samples * 2, 40);
  for (let i = 0; i < samples; i++)
    wav.writeInt16LE(Math.round(3000 * Math.sin((2 * Math.PI * 440 * i) / 8000)), 44 + i * 2);
  response.writeHead(200, { "Content-Type": "audio/wav" });
  response.end(wav);
}

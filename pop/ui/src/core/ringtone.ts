// The ring, made by WebAudio: a looped buffer, so that no throttled timer of a background tab matters.

const seconds = 3;
const loudness = 0.12;

/** One second of two tones beating against each other, then silence. */
export function ringSamples(rate: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(rate * seconds);
  for (let i = 0; i < rate; i++) {
    const at = i / rate;
    const edge = Math.min(1, at * 50, (1 - at) * 50); // no click at either end
    samples[i] = loudness * edge * (Math.sin(2 * Math.PI * 440 * at) + Math.sin(2 * Math.PI * 480 * at));
  }
  return samples;
}

function ringOf(context: AudioContext): AudioBuffer {
  const buffer = context.createBuffer(1, context.sampleRate * seconds, context.sampleRate);
  buffer.copyToChannel(ringSamples(context.sampleRate), 0);
  return buffer;
}

/** Whether the browser lets a page sound before anybody has touched it. */
export function autoplays(): boolean {
  if (typeof AudioContext === "undefined") return false;
  const probe = new AudioContext();
  const free = probe.state === "running";
  void probe.close();
  return free;
}

export class Ringtone {
  #context: AudioContext | undefined;
  #ring: AudioBuffer | undefined;
  #source: AudioBufferSourceNode | undefined;

  /** Whether the browser lets this page make a sound now; asks it to. */
  async audible(): Promise<boolean> {
    if (typeof AudioContext === "undefined") return false;
    this.#context ??= new AudioContext();
    // Where autoplay is refused, resume() stays unsettled until a gesture: nobody waits for it.
    if (this.#context.state !== "running") {
      void this.#context.resume().catch(() => {});
      await new Promise((wait) => setTimeout(wait, 50));
    }
    return this.#context.state === "running";
  }

  start(): void {
    const context = this.#context;
    if (!context || this.#source) return;
    this.#ring ??= ringOf(context);
    this.#source = new AudioBufferSourceNode(context, { buffer: this.#ring, loop: true });
    this.#source.connect(context.destination);
    this.#source.start();
  }

  stop(): void {
    this.#source?.stop();
    this.#source?.disconnect();
    this.#source = undefined;
  }
}

import { useQuery } from "@tanstack/react-query";
import { type RefObject, useEffect, useRef, useState } from "react";
import WaveSurfer from "wavesurfer.js";
import { useDesk } from "../../app/desk";
import type { Recording } from "../../protocol/types";

export interface Wave {
  box: RefObject<HTMLDivElement | null>;
  playing: boolean;
  failed: boolean;
  at: number;
  seconds: number;
  speed: string;
  /** The client's voice is above, the agent's below. */
  stereo: boolean;
  toggle(): void;
  setSpeed(speed: string): void;
}

const height = 44;

const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name);

/**
 * Draws the recording. The shape comes from the server, which is quick; where it has none the sound itself
 * is decoded. The sound is an audio element's, so that it streams and keeps its pitch at any speed.
 */
export function useWave(recording: Recording): Wave {
  const { api } = useDesk();
  const box = useRef<HTMLDivElement>(null);
  const surfer = useRef<WaveSurfer>(undefined);
  const [playing, setPlaying] = useState(false);
  const [failed, setFailed] = useState(false);
  const [at, setAt] = useState(0);
  const [seconds, setSeconds] = useState(recording.seconds);
  const [speed, setSpeed] = useState("1");
  const peaks = useQuery({
    queryKey: ["peaks", recording.id],
    queryFn: () => api.lists.peaks(recording.id).catch(() => null),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const shape = peaks.data;
  const stereo = shape?.channels.length === 2;
  useEffect(() => {
    if (!box.current || shape === undefined) return;
    const known = shape?.channels.some((channel) => channel.length > 0);
    const played = { progressColor: colour("--cc-talk") };
    const wave = WaveSurfer.create({
      container: box.current,
      url: api.audioUrl(recording.id),
      height: stereo ? height / 2 : height,
      barWidth: 2,
      barGap: 1,
      barRadius: 2,
      normalize: true,
      dragToSeek: true,
      waveColor: colour("--cc-closed"),
      progressColor: colour("--cc-talk"),
      cursorColor: colour("--cc-ring"),
      ...(stereo && {
        splitChannels: [
          { ...played, waveColor: colour("--cc-ring") },
          { ...played, waveColor: colour("--cc-closed") },
        ],
      }),
      ...(known &&
        shape && {
          peaks: shape.channels.map((channel) => channel.map((peak) => peak / 100)),
          duration: shape.seconds || recording.seconds,
          media: Object.assign(new Audio(), { preload: "none" }),
        }),
    });
    surfer.current = wave;
    wave.on("ready", (duration) => setSeconds(duration));
    wave.on("timeupdate", setAt);
    wave.on("play", () => setPlaying(true));
    wave.on("pause", () => setPlaying(false));
    wave.on("finish", () => setPlaying(false));
    wave.on("error", () => setFailed(true));
    return () => wave.destroy();
  }, [api, recording.id, recording.seconds, shape, stereo]);
  return {
    box,
    playing,
    failed,
    at,
    seconds,
    speed,
    stereo,
    toggle: () => void surfer.current?.playPause().catch(() => setFailed(true)),
    setSpeed: (value) => {
      setSpeed(value);
      surfer.current?.setPlaybackRate(Number(value), true);
    },
  };
}

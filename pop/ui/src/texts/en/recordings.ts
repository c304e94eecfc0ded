export const recordings = {
  play: "Play",
  pause: "Pause",
  speed: "Speed",
  download: "Download",
  voices: "Client above, agent below",
  failed: "The recording could not be played",
};

export const recordings = {
  play: "Play",
  pause: "Pause",
  speed: "Speed",
  download: "Download",
  failed: "The recording could not be played",
};

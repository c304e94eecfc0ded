export const recordings = {
  play: "Play",
  pause: "Pause",
  speed: "Speed",
  download: "Download",
  voices: "Client above, agent below",
  held: "Kept from removal by {{name}}: {{reason}}",
  hold: "Keep from removal",
  holdReason: "Why it is kept",
  release: "No longer keep",
  save: "Keep",
  holdFailed: "Not changed: {{detail}}",
  failed: "The recording could not be played",
};

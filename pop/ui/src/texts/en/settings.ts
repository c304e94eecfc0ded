export const settings = {
  theme: "Theme",
  density: "Size",
  densities: {
    compact: "compact",
    normal: "normal",
    large: "large",
  },
  alerts: "When a call rings",
  silent: "This browser lets no page sound",
  noNotices: "This browser shows notifications on https only",
  keys: "Keyboard",
  account: "Account",
};

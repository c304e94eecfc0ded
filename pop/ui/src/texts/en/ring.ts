export const ring = {
  label: "When a call rings",
  sound: "Ring sound",
  notices: "Desktop notifications",
  blocked: "Notifications are blocked by the browser",
};

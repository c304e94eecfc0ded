/** Fetches the parts that the first card does not need, while nothing else goes on: later they open at once. */
export const preload = (): Promise<unknown> =>
  Promise.all([
    import("../features/card/work/Work"),
    import("../features/calls/CallList"),
    import("../features/login/LoginPage"),
    import("../features/card/ContactSearch"),
    import("../features/card/NewContactForm"),
    import("../features/card/control/TransferPanel"),
    import("../features/dialer/Dialer"),
    import("../features/callbacks/CallbackList"),
    import("../features/callbacks/CallbackWork"),
    import("../features/trace/TraceDrawer"),
    import("../features/keys/KeyList"),
    import("../features/agent/ModeChoice"),
    import("../features/agent/ReasonDialog"),
    import("../features/dialer/DialButton"),
    import("./Preferences"),
    import("@mantine/notifications"),
  ]);

/** Safari has no idle callbacks. */
export function preloadWhenIdle(): void {
  const load = () => void preload().catch(() => {}); // each part is asked for again when it is needed
  if ("requestIdleCallback" in window) requestIdleCallback(load, { timeout: 5000 });
  else setTimeout(load, 2000);
}

/**
 * Runs `then` once what React has just committed is on the glass: a frame callback runs before the
 * paint, a task posted from it after. In a hidden tab no frames come, so nothing is called "shown"
 * before somebody could see it. Returns the way to cancel.
 */
export function afterPaint(then: () => void): () => void {
  let live = true;
  const frame = requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      if (live) then();
    };
    port2.postMessage(undefined);
  });
  return () => {
    live = false;
    cancelAnimationFrame(frame);
  };
}

/** A page that nobody sees paints nothing: what waits for the paint comes after a while all the same. */
const unseen = 1000;

/** Like `afterPaint`, and in a hidden tab a moment later, when the tabs that are seen have painted. */
export function afterPaintOrLater(then: () => void): () => void {
  const once = () => {
    cancel();
    then();
  };
  const stop = afterPaint(once);
  const timer = setTimeout(once, unseen);
  const cancel = () => {
    stop();
    clearTimeout(timer);
  };
  return cancel;
}

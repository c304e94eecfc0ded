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

/** A page that is hidden before its frame comes paints nothing: then this long is waited. */
const late = 250;

/**
 * Runs `then` when what was committed is on the glass, in a page that nobody sees at once: timers of
 * hidden pages come up to a second late. Returns the way to cancel.
 */
export function behindPaint(then: () => void): () => void {
  if (document.hidden) {
    then();
    return () => {};
  }
  const act = () => {
    cancel();
    then();
  };
  const stop = afterPaint(act);
  const timer = setTimeout(act, late);
  const cancel = () => {
    stop();
    clearTimeout(timer);
  };
  return cancel;
}

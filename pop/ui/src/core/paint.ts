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

/** How long something takes, where a duration is what is tested. */

const tickMs = 50;

/**
 * Milliseconds that `act` took, less those by which the machine was late meanwhile: a ticker beside it measures that. So a product that takes
 * too long is found, and a machine that has much else to do is not taken for one.
 */
export async function durationOf(act: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  let tickedAt = startedAt;
  let lateMs = 0;
  const ticker = setInterval(() => {
    const now = performance.now();
    lateMs += Math.max(0, now - tickedAt - tickMs);
    tickedAt = now;
  }, tickMs);
  try {
    await act();
  } finally {
    clearInterval(ticker);
  }
  return performance.now() - startedAt - lateMs;
}

/** Checks a vantage's own network. */
import { connect } from 'node:net';

/** Whether the vantage's own network works: one of `targets` (`HOST:PORT`, none of them in a region) accepts a connection. */
export async function probeControls(
  targets: readonly string[],
  timeoutMs: number,
): Promise<{ answer: boolean; because: string }> {
  try {
    const first = await Promise.any(targets.map((target) => connectTo(target, timeoutMs)));
    return { answer: true, because: `The control target ${first} accepts connections.` };
  } catch {
    return {
      answer: false,
      because: `None of the control targets ${targets.join(', ')} accepted a connection within ${timeoutMs / 1000} s.`,
    };
  }
}

function connectTo(target: string, timeoutMs: number): Promise<string> {
  const [, host = target, port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(target) ?? [];
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port) });
    const end = (finish: () => void) => {
      socket.destroy();
      finish();
    };
    socket.setTimeout(timeoutMs, () => end(() => reject(new Error(`${target} did not answer`))));
    socket.once('connect', () => end(() => resolve(target)));
    socket.once('error', (error) => end(() => reject(error)));
  });
}

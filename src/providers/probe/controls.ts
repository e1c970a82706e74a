/** What a vantage asks about itself. */
import { connect } from 'node:net';

/** Whether the vantage has a network at all: one of `targets` (`HOST:PORT`, none of them in a region) takes a connection. */
export async function probeControls(
  targets: readonly string[],
  timeoutMs: number,
): Promise<{ answer: boolean; because: string }> {
  try {
    const first = await Promise.any(targets.map((target) => reach(target, timeoutMs)));
    return { answer: true, because: `The control target ${first} takes connections.` };
  } catch {
    return {
      answer: false,
      because: `None of the control targets ${targets.join(', ')} takes connections within ${timeoutMs / 1000} s.`,
    };
  }
}

function reach(target: string, timeoutMs: number): Promise<string> {
  const [, host = target, port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(target) ?? [];
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port) });
    const end = (finish: () => void) => {
      socket.destroy();
      finish();
    };
    socket.setTimeout(timeoutMs, () => end(() => reject(new Error(`${target} is silent`))));
    socket.once('connect', () => end(() => resolve(target)));
    socket.once('error', (error) => end(() => reject(error)));
  });
}

import { PortError } from '../../ports/errors';
import type { Ports } from '../../ports/ports';

/** @throws PortError(unavailable) when `work` takes longer than `ms`; the work itself goes on, and its end no longer counts. */
export async function limited<T>(work: Promise<T>, ms: number, who: string, ports: Ports): Promise<T> {
  const over = new AbortController();
  const late = ports.sleep(ms, over.signal).then((): T => {
    throw new PortError('unavailable', `${who} did not answer within ${ms} ms.`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}

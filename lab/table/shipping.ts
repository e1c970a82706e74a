import type { Replica } from './replica';
import type { Version } from './version';

export const REPLICATION_PATH = '/_replicate';
const BATCH = 100;
const PATIENCE_MS = 1500;
const PAUSE_MS = 250;

export interface Peer {
  /** Such as `http://203.0.113.10:8000`. */
  url: string;
  token: string;
}

/**
 * Sends the outbox to the peer, oldest first, for as long as the process lives. A batch counts when the peer has
 * confirmed it; a link that is cut costs one short attempt each quarter of a second, and nothing is forgotten.
 */
export function startShipping(replica: Replica, peer: Peer): () => Promise<void> {
  const stopped = new AbortController();
  let wake: () => void = () => undefined;
  replica.onQueued(() => {
    wake();
  });
  stopped.signal.addEventListener('abort', () => {
    wake();
  });

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      const batch = [...replica.outbox.values()].slice(0, BATCH);
      if (batch.length > 0 && (await ship(batch, peer, stopped.signal))) {
        replica.confirmed(batch);
        continue;
      }
      await new Promise<void>((resolve) => {
        const timer = batch.length > 0 ? setTimeout(resolve, PAUSE_MS) : undefined;
        wake = () => {
          // After a failure only time helps; more to send does not.
          if (timer && !stopped.signal.aborted) return;
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
  const ended = run();
  return async () => {
    stopped.abort();
    await ended;
  };
}

async function ship(versions: Version[], peer: Peer, stopped: AbortSignal): Promise<boolean> {
  // Not AbortSignal.any with AbortSignal.timeout: Node 20 lets such a time-out be collected as garbage before it fires.
  const over = new AbortController();
  const end = () => over.abort();
  const timer = setTimeout(end, PATIENCE_MS);
  stopped.addEventListener('abort', end);
  try {
    const answer = await fetch(peer.url + REPLICATION_PATH, {
      method: 'POST',
      headers: { 'x-replication-token': peer.token },
      body: JSON.stringify({ versions }),
      signal: over.signal,
    });
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
    stopped.removeEventListener('abort', end);
  }
}

import type { Replica } from './replica';
import type { Version } from './version';

export const REPLICATION_PATH = '/_replicate';
const BATCH = 100;
const TIMEOUT_MS = 1500;
const PAUSE_MS = 250;

export interface Peer {
  /** Such as `http://203.0.113.10:8000`. */
  url: string;
  token: string;
}

/**
 * Sends the outbox to the peer, oldest first, until it is stopped. A batch is done when the peer has confirmed it; while
 * the link is cut, it is sent again every 250 ms.
 */
export function startReplication(replica: Replica, peer: Peer): () => Promise<void> {
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
      if (batch.length > 0 && (await sendBatch(batch, peer, stopped.signal))) {
        replica.confirmed(batch);
        continue;
      }
      await new Promise<void>((resolve) => {
        const timer = batch.length > 0 ? setTimeout(resolve, PAUSE_MS) : undefined;
        wake = () => {
          // After a failure only the timer resumes, not a new write.
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

async function sendBatch(versions: Version[], peer: Peer, stopped: AbortSignal): Promise<boolean> {
  // Not AbortSignal.any with AbortSignal.timeout: Node 20 may collect such a time-out as garbage before it fires.
  const over = new AbortController();
  const end = () => over.abort();
  const timer = setTimeout(end, TIMEOUT_MS);
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

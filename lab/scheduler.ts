import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { readArguments, runProcess } from './payments/process';

const EVERY_MS = 1000;
const PATIENCE_MS = 3000;

interface Target {
  url: string;
  serverName: string;
  token: string;
  agent: Agent;
}

/**
 * Knocks once a second at its own region's shop. It decides nothing: whether a round runs is the shop's answer, since
 * only the shop reads role, epoch and writability in the transaction that writes. A round that takes longer than a
 * second delays the next one, so that two never overlap.
 */
function startScheduler(target: Target): () => Promise<void> {
  const stopped = new AbortController();
  let said = '';
  const ended = (async () => {
    while (!stopped.signal.aborted) {
      const started = performance.now();
      const outcome = await knock(target);
      // Only changes are worth a line: a standby is refused once a second, for months.
      if (outcome !== said) console.log(`${new Date().toISOString()} ${outcome}`);
      said = outcome;
      await pause(EVERY_MS - (performance.now() - started), stopped.signal);
    }
  })();
  return async () => {
    stopped.abort();
    await ended;
    target.agent.destroy();
  };
}

function knock(target: Target): Promise<string> {
  return new Promise((resolve) => {
    const call = request(
      target.url,
      {
        method: 'POST',
        agent: target.agent,
        servername: target.serverName,
        timeout: PATIENCE_MS,
        headers: {
          host: target.serverName,
          authorization: `Bearer ${target.token}`,
          'x-handover-direct': '1',
          'content-length': 0,
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => {
          resolve(response.statusCode === 200 ? 'round done' : `no round: ${response.statusCode ?? '?'} ${text}`);
        });
        response.on('error', (error) => {
          resolve(`no round: ${error.message}`);
        });
      },
    );
    call.on('timeout', () => call.destroy(new Error(`no answer within ${PATIENCE_MS} ms`)));
    call.on('error', (error) => {
      resolve(`no round: ${error.message}`);
    });
    call.end();
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.max(0, ms));
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

if (require.main === module) {
  const given = readArguments({ url: undefined, 'server-name': undefined, ca: undefined, 'token-file': undefined });
  void runProcess(() => {
    const stop = startScheduler({
      url: given.url,
      serverName: given['server-name'],
      token: readFileSync(given['token-file'], 'utf8').trim(),
      agent: new Agent({ keepAlive: true, maxSockets: 1, ca: readFileSync(given.ca) }),
    });
    return Promise.resolve({ ready: `scheduler runs against ${given.url}`, stop });
  });
}

import { readFileSync } from 'node:fs';
import { Resolver } from 'node:dns/promises';
import { Agent, request } from 'node:https';
import { readArguments, runProcess } from './payments/process';

const EVERY_MS = 1000;
const TIMEOUT_MS = 3000;
/** How long a region's scheduler may run without a DNS answer that the shop's name still points to it. Shorter than any detection of its loss. */
const LEASE_MS = 15_000;

interface Target {
  url: string;
  serverName: string;
  token: string;
  agent: Agent;
  /** Authoritative server of the shop's name, and the region's own address. */
  nameServer: string;
  address: string;
}

/**
 * Requests a scheduler round from its own region's shop once a second. The shop decides whether the round runs, since
 * only the shop reads role, epoch and writability in the transaction that writes. A round that takes longer than a
 * second delays the next one, so that two never overlap.
 */
function startScheduler(target: Target): () => Promise<void> {
  const stopped = new AbortController();
  let lastPrinted = '';
  const ended = (async () => {
    const lease = startLease(target);
    while (!stopped.signal.aborted) {
      const started = performance.now();
      const held = await lease();
      const outcome = held === undefined ? await requestRound(target) : `no round: ${held}`;
      // Only changes are printed: a standby is refused once a second, for months.
      if (outcome !== lastPrinted) console.log(`${new Date().toISOString()} ${outcome}`);
      lastPrinted = outcome;
      await pause(EVERY_MS - (performance.now() - started), stopped.signal);
    }
  })();
  return async () => {
    stopped.abort();
    await ended;
    target.agent.destroy();
  };
}

/**
 * The shop's DNS name is the lease. A region that can't confirm that the name still points to it must assume that the other region has
 * taken over, whatever its own settings and database say. Returns why there is no lease, or undefined when there is one.
 */
function startLease({ nameServer, address, serverName }: Target): () => Promise<string | undefined> {
  const resolver = new Resolver({ timeout: 800, tries: 1 });
  resolver.setServers([nameServer]);
  let answeredAt = -Infinity;
  let named: string[] = [];
  return async () => {
    try {
      named = await resolver.resolve4(serverName);
      answeredAt = performance.now();
    } catch {
      // No answer is neither yes nor no; the last answer holds until the lease expires.
    }
    if (performance.now() - answeredAt > LEASE_MS)
      return `${nameServer} has not confirmed for ${LEASE_MS / 1000} s that ${serverName} points to ${address}`;
    return named.includes(address) ? undefined : `${serverName} points to ${named.join(', ')}, not to ${address}`;
  };
}

function requestRound(target: Target): Promise<string> {
  return new Promise((resolve) => {
    const call = request(
      target.url,
      {
        method: 'POST',
        agent: target.agent,
        servername: target.serverName,
        timeout: TIMEOUT_MS,
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
    call.on('timeout', () => call.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
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
  const given = readArguments({
    url: undefined,
    'server-name': undefined,
    ca: undefined,
    'token-file': undefined,
    'name-server': undefined,
    address: undefined,
  });
  void runProcess(() => {
    const stop = startScheduler({
      url: given.url,
      serverName: given['server-name'],
      nameServer: given['name-server'],
      address: given.address,
      token: readFileSync(given['token-file'], 'utf8').trim(),
      agent: new Agent({ keepAlive: true, maxSockets: 1, ca: readFileSync(given.ca) }),
    });
    return Promise.resolve({ ready: `scheduler runs against ${given.url}`, stop });
  });
}

/**
 * Reloads a region's settings repeatedly during requests, some of them long, and counts the errors: `node reload.js A`.
 * Runs in the lab's namespace `world`; prints one JSON object.
 */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { loadSite } from '../../src/config';
import { connect } from '../../src/connect/connect';

export interface Reloads {
  reloads: number;
  /** Worker processes that answered: proof that the reloads took place. */
  workers: number;
  requests: number;
  perSecond: number;
  slow: number;
  serverErrors: number;
  resets: number;
  longestMs: number;
  /** The first errors. */
  examples: string[];
}

const reloads = 6;
const betweenMs = 3_500;
const everyMs = 18;
/** Every 50th request is a long one. */
const slowEvery = 50;
const timeoutMs = 15_000;

const agent = new Agent({
  keepAlive: true,
  maxSockets: 64,
  ca: readFileSync('/mnt/ca/ca.crt'),
  servername: 'www.shop.test',
});

interface Answer {
  status: number;
  workerPid: number;
  ms: number;
}

function get(address: string, path: string): Promise<Answer> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const call = request(
      { host: address, path, agent, headers: { host: 'www.shop.test' }, timeout: timeoutMs },
      (reply) => {
        let text = '';
        reply.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        reply.on('error', reject);
        reply.on('end', () => {
          const { workerPid = 0 } = (text.startsWith('{') ? JSON.parse(text) : {}) as { workerPid?: number };
          resolve({ status: reply.statusCode ?? 0, workerPid, ms: performance.now() - started });
        });
      },
    );
    call.on('timeout', () => call.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    call.on('error', reject);
    call.end();
  });
}

/** Sends requests at a constant rate, regardless of answers, until `signal`; resolves when the last one was answered. */
async function sendRequests(address: string, signal: AbortSignal): Promise<Omit<Reloads, 'reloads'>> {
  const sums = { requests: 0, slow: 0, serverErrors: 0, resets: 0, longestMs: 0, examples: [] as string[] };
  const workers = new Set<number>();
  const open = new Set<Promise<void>>();
  const countError = (what: 'serverErrors' | 'resets', because: string) => {
    sums[what] += 1;
    if (sums.examples.length < 5) sums.examples.push(because);
  };
  const one = async (path: string) => {
    try {
      const { status, workerPid, ms } = await get(address, path);
      workers.add(workerPid);
      sums.longestMs = Math.max(sums.longestMs, ms);
      if (status >= 500) countError('serverErrors', `${path} returned ${status} after ${Math.round(ms)} ms`);
    } catch (error) {
      countError('resets', `${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const started = performance.now();
  for (; !signal.aborted; sums.requests += 1) {
    const isSlow = sums.requests % slowEvery === 0;
    if (isSlow) sums.slow += 1;
    const sent = one(isSlow ? '/slow?ms=2000' : '/wp-json/handover/v1/health').finally(() => open.delete(sent));
    open.add(sent);
    await delay(Math.max(0, started + (sums.requests + 1) * everyMs - performance.now()));
  }
  const perSecond = (sums.requests / (performance.now() - started)) * 1000;
  await Promise.all(open);
  return { ...sums, workers: workers.size, perSecond };
}

async function main([region = '']: string[]): Promise<void> {
  const site = await loadSite('lab', { sitesDir: '/mnt/sites' });
  const ports = connect(site);
  const settings = ports.settings(region);
  const before = await settings.read();
  const end = new AbortController();
  const counted = sendRequests(site.regions[region]?.address ?? '', end.signal);
  for (let round = 0; round < reloads; round += 1) {
    await delay(betweenMs);
    await settings.apply({ ...before, scheduler: round % 2 === 0 ? 'off' : 'on' });
  }
  await delay(betweenMs);
  end.abort();
  const sums = await counted;
  await settings.apply(before);
  await ports.close();
  console.log(JSON.stringify({ reloads, ...sums } satisfies Reloads));
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);

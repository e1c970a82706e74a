/** A receiver on the loopback, its site files, and SNS's own server as it meets them. Monitors are a list of what they were told. */
import { createHmac } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { place } from '../../lab/loopback/place';
import type { AlarmWord } from '../../src/contract/alarm';
import { resolveSecret } from '../../src/fields/secret-refs';
import { AlarmRefusal } from '../../src/providers/alarms/refusal';
import { get, keptCertificates } from '../../src/providers/alarms/sns/calls';
import { healthOf } from '../../src/receiver/health';
import { logTo } from '../../src/receiver/log';
import { routesIn } from '../../src/receiver/routes';
import { alarmServer } from '../../src/receiver/server';
import { receiverOf, type World } from '../../src/receiver/taking';
import { labFile } from '../config/lab-site';
import { certificateUrl, topic, type Signer } from '../providers/alarms-world';

export const secrets = { current: 'a secret of this test', next: 'the secret that comes after it' };

const alarms = {
  cloudwatch: { region: 'A', source: { kind: 'cloudwatch', topic, alarm: 'shop-A-health' } },
  uptime: { region: 'A', source: { kind: 'signed', secrets: ['file:current', 'file:next'] } },
  signal: { region: 'A' },
};

const listening = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
};

const closed = (server: Server) =>
  new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

export interface Answered {
  status: number;
  because: string;
  allow: string | null;
}

/** @param told where words go in place of the list */
export async function receiverWorld(sns: Signer, limits: Parameters<typeof alarmServer>[3] = {}, told?: World['tell']) {
  const at = place();
  const sites = at.path('sites');
  const env = { HANDOVER_SECRETS_DIR: at.path('secrets') };
  for (const folder of [sites, env.HANDOVER_SECRETS_DIR]) mkdirSync(folder);
  for (const [name, value] of Object.entries(secrets))
    writeFileSync(join(env.HANDOVER_SECRETS_DIR, name), `${value}\n`);
  const writeSite = (name: string, more: object = {}) =>
    writeFileSync(
      join(sites, `${name}.yaml`),
      stringify({ ...(parse(readFileSync(labFile, 'utf8')) as object), site: name, alarms, ...more }),
    );
  writeSite('shop');

  const state = {
    now: Date.now(),
    told: [] as [string, AlarmWord][],
    /** Why Temporal takes nothing. */
    refuses: undefined as string | undefined,
    lines: [] as string[],
    /** What was asked of SNS, and how it answers each path. */
    visited: [] as string[],
    vendor: (path: string): { status: number; body?: string; headers?: Record<string, string> } =>
      path.endsWith('.pem') ? { status: 200, body: sns.pem } : { status: 200, body: '<ConfirmSubscriptionResponse/>' },
  };
  const now = () => state.now;
  const vendor = createServer((request, response) => {
    const path = request.url ?? '';
    state.visited.push(path);
    const { status, body = '', headers = {} } = state.vendor(path);
    response.writeHead(status, headers).end(body);
  });
  const vendorAt = await listening(vendor);
  // The rule about hosts has been asked before; only where the host is found is the test's.
  const visit = (url: string) => get(url.replace(new URL(certificateUrl).origin, vendorAt));

  const log = logTo((line) => void state.lines.push(line), now);
  const routes = routesIn(sites, log.say, now);
  const receiver = receiverOf({
    ...{ routes, now, get: visit, certificates: keptCertificates(visit) },
    tell: (site, word) => {
      if (told) return told(site, word);
      if (state.refuses !== undefined) return Promise.reject(new AlarmRefusal(503, state.refuses));
      state.told.push([site, word]);
      return Promise.resolve();
    },
    secret: (reference) => resolveSecret(reference, env),
  });
  const asked = () => (state.refuses === undefined ? Promise.resolve() : Promise.reject(new Error(state.refuses)));
  const server = alarmServer(receiver, healthOf(asked, routes, log, now), log, limits);
  const url = await listening(server);

  const send = async (path: string, init: RequestInit = {}): Promise<Answered> => {
    const response = await fetch(`${url}${path}`, init);
    const { because } = (await response.json()) as { because: string };
    return { status: response.status, because, allow: response.headers.get('allow') };
  };
  return {
    state,
    url,
    send,
    writeSite,
    writeBroken: (name: string) => writeFileSync(join(sites, `${name}.yaml`), 'site: [\n'),
    removeSite: (name: string) => rmSync(join(sites, `${name}.yaml`)),
    removeSecret: (name: string) => rmSync(join(env.HANDOVER_SECRETS_DIR, name)),
    postSns: (message: Record<string, string>, headers: Record<string, string> = {}) =>
      send('/sns', { method: 'POST', body: sns.sign(message), headers: { 'content-type': 'text/plain', ...headers } }),
    postSigned: (word: object, secret = secrets.current, atMs = state.now) => {
      const body = JSON.stringify(word);
      const seconds = String(Math.floor(atMs / 1_000));
      const digest = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
      return send('/alarm', {
        method: 'POST',
        body,
        headers: { 'x-handover-signature': `t=${seconds},v1=${digest}` },
      });
    },
    close: async () => {
      await Promise.all([closed(server), closed(vendor)]);
      at.remove();
    },
  };
}

export type ReceiverWorld = Awaited<ReturnType<typeof receiverWorld>>;

/** Shops that say what they must not: the error of a database in place of an answer, and customers' values in every field of one. */
import { probeApp, probeEdge } from '../../src/providers/probe';
import { httpsShop } from '../../src/providers/shop/https';
import { identity, web, type Identity, type Reply } from '../loopback/web';
import type { Canary } from './canaries';
import { customerCanaries } from './customers';
import type { Outputs } from './outputs';

/** Nothing tells such a name from other words. */
const plainName: Canary = { of: 'plain name', text: 'Annabel Winterbottom' };
const asked = ['email', 'short payment id'];
export const shopCanaries: readonly Canary[] = [...customerCanaries.filter(({ of }) => asked.includes(of)), plainName];

const health = {
  region: 'A',
  role: 'primary',
  epoch: 1,
  tableRegion: 'lab-a',
  scheduler: 'on',
  gate: '',
  workerPid: 1,
  versions: { wordpress: '6.9' },
  serving: false,
  because: 'the database of region A does not answer',
  database: { reachable: true, serverId: 1, readOnly: false, epoch: 1, primary: 'A', verifiedEpoch: 1 },
};

/** Answers to any request, with `value` somewhere. */
function repliesWith(value: string): Reply[] {
  const sentence = `WordPress database error Duplicate entry '${value}' for key 'email' for query INSERT INTO wp_users VALUES ('${value}')`;
  const errors: unknown[] = [
    sentence,
    `<!DOCTYPE html><p>${sentence}</p>`,
    { code: value, message: sentence, data: { status: 500 } },
    { because: sentence, error: value, errors: [{ message: value }], detail: value },
    { because: `no canary order: ${value}` },
  ];
  const texts = ['region', 'role', 'tableRegion', 'scheduler', 'workerPid'] as const;
  const answers: unknown[] = [
    { ...health, because: value },
    { ...health, because: `the gate is shut: ${value}`, gate: value },
    ...texts.map((field) => ({ ...health, [field]: value })),
    { ...health, versions: { [value]: value } },
    { ...health, versions: { wordpress: value } },
    { ...health, database: { ...health.database, primary: value } },
    { canary: true, key: value, region: value, epoch: 1 },
    { serving: true, because: value },
  ];
  const headers = { 'x-handover-region': value.replaceAll(/[^ -~]/g, '') };
  const bodies = [
    ...errors.map((body) => [403, 503, body] as const),
    ...answers.map((body) => [200, 503, body] as const),
  ];
  return bodies.flatMap(([one, other, body]) => [one, other].map((status): Reply => ({ status, body, headers })));
}

/** Asks shops all that is asked of a shop, by the runbook and by the vantages. */
export async function driveShops(outputs: Outputs): Promise<void> {
  const secure = identity('DNS:www.shop.test', 'DNS:localhost');
  for (const { text } of shopCanaries) {
    const replies = repliesWith(text);
    let next: Reply | undefined;
    const server = await web(() => next ?? { status: 500 }, secure);
    for (const [index, reply] of replies.entries()) {
      next = reply;
      await askAll(outputs, `shop ${index}`, server.port, secure);
    }
    await server.close();
  }
}

async function askAll(outputs: Outputs, from: string, port: number, { cert }: Identity): Promise<void> {
  const name = 'www.shop.test';
  const shop = httpsShop({ region: 'A', address: '127.0.0.1', port, name, ca: cert, canaryToken: 'canary-token' });
  const probe = { hostname: name, port, caPem: cert, timeoutMs: 5_000 };
  const questions: Record<string, () => Promise<unknown>> = {
    health: shop.health,
    serving: shop.serving,
    'canary order': () => shop.canaryOrder('key'),
    'app probe': () => probeApp({ ...probe, region: 'A', address: '127.0.0.1' }),
    'edge probe': () => probeEdge({ ...probe, hostname: 'localhost', resolvers: [] }),
  };
  for (const [what, work] of Object.entries(questions))
    await work().then(
      (result) => outputs.result(`${from}, ${what}`, result),
      (error: unknown) => outputs.error(`${from}, ${what}`, error),
    );
  shop.close();
}

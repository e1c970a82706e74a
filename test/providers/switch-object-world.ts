import { route53Health } from '../../src/providers/traffic/route53/route53-health';
import type { TrafficSwitch } from '../../src/providers/traffic/switch';
import {
  startSwitchObject,
  type SwitchObject,
  type SwitchObjectOptions,
} from '../../lab/vendors/route53/switch-object';
import { keyId, secretKey } from './route53-world';
import type { TrafficWorld } from './traffic.contract';

const secret = 'Bearer of/the+switch and_more';
export const texts = { A: 'customers go to A', B: 'customers go to B' };
export const answers = { A: '198.51.100.10', B: '203.0.113.10' };
export const record = 'www.shop.test.';

export interface Watched {
  fake: SwitchObject;
  traffic: TrafficSwitch;
  close: () => Promise<void>;
}

export async function startWatched(
  over: object = {},
  careless?: NonNullable<SwitchObjectOptions['careless']>,
): Promise<Watched> {
  const { A: primary, B: secondary } = 'answers' in over ? (over.answers as typeof answers) : answers;
  const records = { record, primary, secondary };
  const fake = await startSwitchObject({ secret, searched: texts.B, ...records, ...(careless && { careless }) });
  fake.write(`${texts.A}\n`);
  const traffic = await route53Health.connect(
    {
      kind: 'route53-health',
      url: fake.url,
      authorization: 'file:switch',
      texts,
      record,
      answers,
      nameServers: fake.nameServers,
      ...over,
    },
    { secret: (from) => Promise.resolve(from === 'file:switch' ? secret : `${keyId}:${secretKey}`) },
  );
  const close = () => {
    traffic.close();
    return fake.close();
  };
  return { fake, traffic, close };
}

export async function openWorld(): Promise<TrafficWorld> {
  const { fake, traffic, close } = await startWatched();
  const lines = { ...texts, mixture: 'customers go home' };
  return {
    traffic,
    close,
    faults: fake.faults,
    calls: fake.calls,
    changes: fake.changes,
    secrets: [secret, 'of/the+switch'],
    sentTo: () => (fake.text()?.includes(texts.B) === true ? 'B' : 'A'),
    set: (to) => fake.write(`${lines[to]}\n`),
    settle: () => undefined,
    reads: { method: 'GET' },
    writes: { method: 'PUT' },
  };
}

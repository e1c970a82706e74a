/** Vendors that change a set on a condition spare a look at what was read before; what does not fit that is looked at anew. */
import { byCondition, type Stored } from '../../src/providers/dns/conditional';
import type { RecordSet } from '../../src/ports/ports';
import { failure } from './servers/failure';

const www: RecordSet = { name: 'www.shop.test.', type: 'A', ttlSeconds: 60, values: ['192.0.2.1'] };
const toB = { ...www, values: ['192.0.2.2'] };
const byHand = { ...www, values: ['192.0.2.3'] };

/** A zone of one set, which others change behind our back. */
function open() {
  const zone = { held: www, finds: 0 };
  const methods = byCondition<RecordSet>({
    zone: 'shop.test.',
    find: (): Promise<Stored<RecordSet>> => {
      zone.finds += 1;
      return Promise.resolve({ set: zone.held, listed: zone.held });
    },
    spelled: (set) => set,
    change: (_remove, make = www) => Promise.resolve(void (zone.held = make)),
  });
  return { zone, ...methods };
}

test('what was read before is changed without another look', async () => {
  const { zone, read, replace } = open();
  await read(www.name, 'A');
  await replace(www, toB);
  expect(zone).toEqual({ held: toB, finds: 1 });
});

test.each<[string, RecordSet, RecordSet]>([
  ['is wanted already, but was taken back', toB, www],
  ['is not expected, but was changed to it', www, byHand],
])('what was read before and %s is looked at anew', async (_what, before, now) => {
  const { zone, read, replace } = open();
  zone.held = before;
  await read(www.name, 'A');
  zone.held = now;
  await replace(now, toB);
  expect(zone).toEqual({ held: toB, finds: 2 });
});

test('what was read before is no proof that it is still so', async () => {
  const { zone, read, replace } = open();
  zone.held = toB;
  await read(www.name, 'A');
  zone.held = byHand;
  expect(await failure(replace(toB, toB))).toMatchObject({ kind: 'conflict' });
});

test('what was read before is known for one change', async () => {
  const { zone, read, replace } = open();
  await read(www.name, 'A');
  await replace(www, toB);
  zone.held = byHand;
  expect(await failure(replace(www, toB))).toMatchObject({ kind: 'conflict' });
  expect(zone.held).toEqual(byHand);
});

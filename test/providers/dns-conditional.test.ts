/** A zone with conditional changes uses the set of the last read, and reads again only if that one does not match. */
import { conditionalZone, type StoredSet } from '../../src/providers/dns/conditional-zone';
import type { RecordSet } from '../../src/ports/ports';
import { failure } from './servers/failure';

const www: RecordSet = { name: 'www.shop.test.', type: 'A', ttlSeconds: 60, values: ['192.0.2.1'] };
const toB = { ...www, values: ['192.0.2.2'] };
const byHand = { ...www, values: ['192.0.2.3'] };

/** A zone with one set, which the tests change directly. */
function open() {
  const zone = { stored: www, reads: 0 };
  const methods = conditionalZone<RecordSet>({
    zone: 'shop.test.',
    find: (): Promise<StoredSet<RecordSet>> => {
      zone.reads += 1;
      return Promise.resolve({ set: zone.stored, listed: zone.stored });
    },
    encode: (set) => set,
    change: (_remove, create = www) => Promise.resolve(void (zone.stored = create)),
  });
  return { zone, ...methods };
}

test('a set that was read is changed without reading it again', async () => {
  const { zone, read, replace } = open();
  await read(www.name, 'A');
  await replace(www, toB);
  expect(zone).toEqual({ stored: toB, reads: 1 });
});

test.each<[string, RecordSet, RecordSet]>([
  ['was the wanted one', toB, www],
  ['was not the expected one', www, byHand],
])('a set is read again when the one of the last read %s', async (_what, before, now) => {
  const { zone, read, replace } = open();
  zone.stored = before;
  await read(www.name, 'A');
  zone.stored = now;
  await replace(now, toB);
  expect(zone).toEqual({ stored: toB, reads: 2 });
});

test('a set is read again before it counts as done', async () => {
  const { zone, read, replace } = open();
  zone.stored = toB;
  await read(www.name, 'A');
  zone.stored = byHand;
  expect(await failure(replace(toB, toB))).toMatchObject({ kind: 'conflict' });
});

test('the set of the last read is used for one change only', async () => {
  const { zone, read, replace } = open();
  await read(www.name, 'A');
  await replace(www, toB);
  zone.stored = byHand;
  expect(await failure(replace(www, toB))).toMatchObject({ kind: 'conflict' });
  expect(zone.stored).toEqual(byHand);
});

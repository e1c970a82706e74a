import { requireClassified } from '../../src/activities/step/rejoin-guards';
import { newActor } from '../world/faults';
import { contextFor } from '../world/conductor';
import { newWorld } from '../world/world';

const requireAt = (position: string, last: string) => {
  // The primary has 400 of server 2, and one of server 1 less than was read.
  const facts = { 'classify-deposed': { lastGtid: last, known: '1:98 2:400' } };
  const ctx = contextFor(newActor('reseed-database', 1, 2), new AbortController().signal, facts);
  requireClassified('A', position, newWorld().ports(), ctx);
};

test.each([
  ['it ends at the transaction that was read last', '1:99'],
  ['another server wrote besides, which the primary has, and it ends there all the same', '2:400 1:99'],
])('a log that was read is whole where %s', (_where, position) => {
  expect(() => requireAt(position, '1:99')).not.toThrow();
});

test.each([
  ['its server wrote once more', '1:100'],
  ['its server wrote once more besides another', '2:400 1:100'],
  ['another server wrote the last of it', '2:100'],
  ['another stream went on beyond what the primary has', '2:401 1:99'],
  ['it no longer reaches what was read', '1:98'],
  ['it is empty', ''],
])('a log is to be read again where %s', (_where, position) => {
  expect(() => requireAt(position, '1:99')).toThrow(
    `A was classified up to 1:99 and is now at ${position}: it was written to after that. Start again: npx handover rejoin shop --region A`,
  );
});

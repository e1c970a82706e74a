import { runNamed, whyKept, whyNever, type EvidenceFacts } from '../../src/domain/evidence';

const regions = ['A', 'B'];

test.each([
  ['rejoin-shop-A-3-1795000000000', { region: 'A', epoch: 3 }],
  ['rejoin-shop-A-3', { region: 'A', epoch: 3 }],
  ['rejoin-shop-A-3-1795000000000--1795000009999', { region: 'A', epoch: 3 }],
  ['tail-shop-4', { region: '', epoch: 4 }],
  ['rejoin-shop-C-3-1795000000000', undefined],
  ['rejoin-shop-eu-A-3-1795000000000', undefined],
  ['rejoin-other-A-3-1795000000000', undefined],
  ['rejoin-shop-A-3-1795000000000/..', undefined],
  ['rejoin-shop-A-3-old', undefined],
  ['mysql', undefined],
])('%s is of %j', (name, run) => {
  expect(runNamed(name, 'shop', regions)).toEqual(run && { name, ...run });
});

const run = { name: 'rejoin-shop-A-3-1795', region: 'A', epoch: 3 };
const replica = { replicates: true, isPrimary: false, epoch: 3 };
const primary = { replicates: false, isPrimary: true, epoch: 3 };
const facts = (change: Partial<EvidenceFacts> = {}): EvidenceFacts => ({
  isRunning: false,
  databases: { A: replica, B: primary },
  open: 0,
  ...change,
});

test.each<[string, EvidenceFacts, RegExp | undefined]>([
  ['whose region replicates again', facts(), undefined],
  [
    'whose region has become primary since',
    facts({ databases: { A: { ...primary, epoch: 4 }, B: replica } }),
    undefined,
  ],
  [
    'whose region claims the same epoch',
    facts({ databases: { A: primary, B: primary } }),
    /the rejoin of A is not finished/,
  ],
  [
    'whose region does not replicate',
    facts({ databases: { A: { ...replica, replicates: false }, B: primary } }),
    /is not finished/,
  ],
  [
    'whose region is silent',
    facts({ databases: { A: undefined, B: primary } }),
    /A's database does not answer, so it is unknown/,
  ],
  ['with one thing left', facts({ open: 1 }), /^1 thing is left to a person/],
  ['with several things left', facts({ open: 7 }), /^7 things are left to a person/],
  ['with an unknown number left', facts({ open: undefined }), /^it is unknown what rejoins left/],
])('what was left by a rejoin %s: %j', (_what, now, why) => {
  const kept = whyKept(run, now, 'shop');
  if (why === undefined) expect(kept).toBeUndefined();
  else expect(kept).toMatch(why);
});

test('while a rejoin runs nothing goes, not even by force', () => {
  expect(whyNever(facts({ isRunning: true }), 'shop')).toMatch(/^rejoin\/shop runs/);
  expect(whyNever(facts(), 'shop')).toBeUndefined();
});

test('a tail of logs belongs to no rejoin, so only the things left to a person hold it', () => {
  const tail = { name: 'tail-shop-4', region: '', epoch: 4 };
  expect(whyKept(tail, facts({ databases: { A: undefined, B: primary } }), 'shop')).toBeUndefined();
  expect(whyKept(tail, facts({ open: 2 }), 'shop')).toMatch(/^2 things/);
});

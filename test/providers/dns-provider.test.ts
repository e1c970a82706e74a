/** Checks that all vendors share, before any request. */
import { nameWithin, refuseInvalidReplacement } from '../../src/providers/dns/provider';
import type { RecordSet } from '../../src/ports/ports';

const www: RecordSet = { name: 'www.shop.test.', type: 'A', ttlSeconds: 60, values: ['192.0.2.1'] };

describe('nameWithin', () => {
  it.each(['shop.test', 'WWW.Shop.Test.'])('%s is in the zone shop.test.', (name) => {
    expect(nameWithin('shop.test.', name)).toMatch(/^[a-z.]*shop\.test\.$/);
  });

  it.each(['www.other.test.', 'test.', 'workshop.test.', 'www.workshop.test.'])(
    '%s is not in the zone shop.test.',
    (name) => {
      expect(() => nameWithin('shop.test.', name)).toThrow(`${name} is not in the zone shop.test.`);
    },
  );
});

describe('refuseInvalidReplacement', () => {
  it.each<[string, RecordSet, string]>([
    ['an empty set', { ...www, values: [] }, 'The new set for A www.shop.test. has no value'],
    [
      'a CNAME with two targets',
      { ...www, type: 'CNAME', values: ['a.test.', 'b.test.'] },
      'can have only one value; the new set has 2',
    ],
    [
      'two aliases',
      { ...www, values: ['alias a.test.', 'alias b.test.'] },
      'can have only one value; the new set has 2',
    ],
  ])('a replacement with %s is refused', (_what, next, words) => {
    expect(() => refuseInvalidReplacement({ ...next, values: ['192.0.2.1'] }, next)).toThrow(words);
  });

  it.each<[string, Partial<RecordSet>]>([
    ['another name', { name: 'api.shop.test.' }],
    ['another type', { type: 'AAAA' }],
  ])('a replacement with %s is refused', (_what, other) => {
    expect(() => refuseInvalidReplacement({ ...www, ...other }, www)).toThrow('name and type must stay the same');
  });
});

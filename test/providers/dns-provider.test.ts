/** What holds for sets of any vendor, before it is asked. */
import { nameWithin, refuseUnsound } from '../../src/providers/dns/provider';
import type { RecordSet } from '../../src/ports/ports';

const www: RecordSet = { name: 'www.shop.test.', type: 'A', ttlSeconds: 60, values: ['192.0.2.1'] };

describe('a name', () => {
  it.each(['shop.test', 'WWW.Shop.Test.'])('%s is one of its zone', (name) => {
    expect(nameWithin('shop.test.', name)).toMatch(/^[a-z.]*shop\.test\.$/);
  });

  it.each(['www.other.test.', 'test.', 'workshop.test.', 'www.workshop.test.'])('%s is none of its zone', (name) => {
    expect(() => nameWithin('shop.test.', name)).toThrow(`${name} does not belong to the zone shop.test.`);
  });
});

describe('a set that no zone is asked for', () => {
  it.each<[string, RecordSet, string]>([
    ['empty', { ...www, values: [] }, 'would be left without a value'],
    [
      'a CNAME of two names',
      { ...www, type: 'CNAME', values: ['a.test.', 'b.test.'] },
      "can't have more than one value",
    ],
    ['two aliases', { ...www, values: ['alias a.test.', 'alias b.test.'] }, "can't have more than one value"],
  ])('is %s', (_what, next, words) => {
    expect(() => refuseUnsound({ ...next, values: ['192.0.2.1'] }, next)).toThrow(words);
  });

  it.each<[string, Partial<RecordSet>]>([
    ['another name', { name: 'api.shop.test.' }],
    ['another type', { type: 'AAAA' }],
  ])('has %s than the one that it replaces', (_what, other) => {
    expect(() => refuseUnsound({ ...www, ...other }, www)).toThrow('that is another set');
  });
});

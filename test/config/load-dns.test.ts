/** DNS fields with which names could not be moved. */
import { problemsAfter, value, type Tree } from './lab-site';

const addRecord = (site: Tree, record: object) =>
  (site.dns!.records = value([...(site.dns!.records as unknown as object[]), record]));

test.each<[string, (site: Tree) => unknown, string]>([
  [
    'a duplicate record in another case',
    (s) => addRecord(s, { name: 'WWW.shop.test.', type: 'A', values: { A: ['192.0.2.1'], B: ['192.0.2.2'] } }),
    'dns.records contains the same record twice; put all its values into one record',
  ],
  [
    'a CNAME next to addresses',
    (s) =>
      addRecord(s, { name: 'WWW.shop.test.', type: 'CNAME', values: { A: ['a.shop.test.'], B: ['b.shop.test.'] } }),
    "dns.records[1].type can't be CNAME because WWW.shop.test. also has a record of type A; for example A",
  ],
  [
    'a CNAME at the apex',
    (s) => addRecord(s, { name: 'shop.test.', type: 'CNAME', values: { A: ['a.shop.test.'], B: ['b.shop.test.'] } }),
    "dns.records[1].type can't be CNAME for shop.test., the zone apex, which has other records; for example A",
  ],
  [
    'a CNAME to itself',
    (s) =>
      addRecord(s, { name: 'api.shop.test.', type: 'CNAME', values: { A: ['API.shop.test.'], B: ['b.shop.test.'] } }),
    'dns.records[1].values.A points api.shop.test. to itself; for example [a.shop.test.]',
  ],
  [
    'an alternative for another zone',
    (s) => (s.dns!.alternative = { ...s.dns!.provider, zone: value('other.test.') }),
    'dns.alternative.zone must be the same zone as dns.provider.zone; for example shop.test.',
  ],
  [
    'an alternative that is the same',
    (s) => (s.dns!.alternative = structuredClone(s.dns!.provider!)),
    'dns.alternative is the same as dns.provider, so it would fail with it; set another server, vendor or token, or remove it',
  ],
  [
    'a duplicate name server',
    (s) => (s.dns!.authoritative = value(['2001:db8::53', '2001:DB8::53'])),
    'dns.authoritative lists a server twice; list each server once, for example [198.51.100.53, 203.0.113.53]',
  ],
  [
    'a duplicate resolver',
    (s) => (s.dns!.resolvers = value(['9.9.9.9', '9.9.9.9'])),
    'dns.resolvers lists a server twice; list each server once, for example [198.51.100.53, 203.0.113.53]',
  ],
])('%s is an invalid site file', (_, change, sentence) => {
  expect(problemsAfter(change)).toEqual([sentence]);
});

test('an alternative for the same zone, and the same name with another type, are valid', () => {
  const problems = problemsAfter((s) => {
    s.dns!.alternative = { ...s.dns!.provider, url: value('http://198.18.0.54:8081'), zone: value('SHOP.test.') };
    addRecord(s, { name: 'www.shop.test.', type: 'AAAA', values: { A: ['2001:db8::10'], B: ['2001:db8::20'] } });
  });
  expect(problems).toEqual([]);
});

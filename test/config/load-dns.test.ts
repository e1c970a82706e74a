/** Names that could not be moved as the site file has them. */
import { problemsAfter, value, type Tree } from './lab-site';

const addRecord = (site: Tree, record: object) =>
  (site.dns!.records = value([...(site.dns!.records as unknown as object[]), record]));

test.each<[string, (site: Tree) => unknown, string]>([
  [
    'a record twice, in another spelling',
    (s) => addRecord(s, { name: 'WWW.shop.test.', type: 'A', values: { A: ['192.0.2.1'], B: ['192.0.2.2'] } }),
    'dns.records hold the same record twice; write all its values into one',
  ],
  [
    'a CNAME beside addresses',
    (s) =>
      addRecord(s, { name: 'WWW.shop.test.', type: 'CNAME', values: { A: ['a.shop.test.'], B: ['b.shop.test.'] } }),
    "dns.records[1].type can't be CNAME, since WWW.shop.test. has A here too, and a CNAME bears nothing beside it; for example A",
  ],
  [
    'a CNAME at the apex',
    (s) => addRecord(s, { name: 'shop.test.', type: 'CNAME', values: { A: ['a.shop.test.'], B: ['b.shop.test.'] } }),
    "dns.records[1].type can't be CNAME for shop.test., the apex of the zone, which holds other records; for example A",
  ],
  [
    'a CNAME to itself',
    (s) =>
      addRecord(s, { name: 'api.shop.test.', type: 'CNAME', values: { A: ['API.shop.test.'], B: ['b.shop.test.'] } }),
    'dns.records[1].values.A leads api.shop.test. to itself; for example [a.shop.test.]',
  ],
  [
    'another way to another zone',
    (s) => (s.dns!.alternative = { ...s.dns!.provider, zone: value('other.test.') }),
    'dns.alternative.zone must be the zone of dns.provider, to which it is another way; for example shop.test.',
  ],
  [
    'another way that is the same',
    (s) => (s.dns!.alternative = structuredClone(s.dns!.provider!)),
    'dns.alternative is the same as dns.provider, and would fail with it; name another server or vendor of the zone, or leave it out',
  ],
  [
    'a name server twice',
    (s) => (s.dns!.authoritative = value(['2001:db8::53', '2001:DB8::53'])),
    'dns.authoritative name a server twice, so another one may be missing; for example [198.51.100.53, 203.0.113.53]',
  ],
  [
    'a resolver twice',
    (s) => (s.dns!.resolvers = value(['9.9.9.9', '9.9.9.9'])),
    'dns.resolvers name a server twice, so another one may be missing; for example [198.51.100.53, 203.0.113.53]',
  ],
])('%s is refused', (_, change, sentence) => {
  expect(problemsAfter(change)).toEqual([sentence]);
});

test('another way to the zone, and the same address in another type, are right', () => {
  const problems = problemsAfter((s) => {
    s.dns!.alternative = { ...s.dns!.provider, url: value('http://198.18.0.54:8081'), zone: value('SHOP.test.') };
    addRecord(s, { name: 'www.shop.test.', type: 'AAAA', values: { A: ['2001:db8::10'], B: ['2001:db8::20'] } });
  });
  expect(problems).toEqual([]);
});

import { canonicalAddress, canonicalHost, canonicalServer, hostAndPort } from '../../src/fields/addresses';
import { problemsAfter, value } from './lab-site';

test.each([
  ['2001:0DB8:0:0::0010', '2001:db8::10'],
  ['::ffff:198.51.100.10', '::ffff:c633:640a'],
  ['198.51.100.10', '198.51.100.10'],
  ['A.Shop.Test.', 'a.shop.test.'],
])('the one spelling of %s is %s', (given, expected) => {
  expect(canonicalAddress(given)).toBe(expected);
});

test.each([
  ['b\u00fccher.example.', 'xn--bcher-kva.example.'],
  ['XN--BCHER-KVA.example', 'xn--bcher-kva.example'],
  ['_acme.Shop.test', '_acme.shop.test'],
])('the one spelling of the name %s is %s', (given, expected) => {
  expect(canonicalHost(given)).toBe(expected);
});

test.each([
  ['198.18.0.101:80', { host: '198.18.0.101', port: 80 }],
  ['ns1.example.net:53', { host: 'ns1.example.net', port: 53 }],
  ['[2606:4700:4700::1111]:53', { host: '2606:4700:4700::1111', port: 53 }],
  ['2606:4700:4700::1111:53', undefined],
  ['[198.18.0.101]:80', undefined],
  ['198.18.0.101', undefined],
  ['198.18.0.101:0', undefined],
  ['198.18.0.101:65536', undefined],
])('host and port of %s', (given, expected) => {
  expect(hostAndPort(given)).toEqual(expected);
});

test.each([
  ['[2001:0db8::0053]:5300', '[2001:db8::53]:5300'],
  ['2001:0db8::0053', '2001:db8::53'],
  ['NS1.example:53', 'ns1.example:53'],
])('the one spelling of the server %s is %s', (given, expected) => {
  expect(canonicalServer(given)).toBe(expected);
});

test('control targets of IPv6 have their address in brackets', () => {
  const targets = (...list: string[]) => problemsAfter((site) => (site.controlTargets = value(list)));
  expect(targets('[2606:4700:4700::1111]:53', '[2620:fe::fe]:53')).toEqual([]);
  expect(targets('2606:4700:4700::1111:53', '2620:fe::fe:53').join()).toMatch(/with an IPv6 address in brackets/);
});

test.each<[string, RegExp, (site: Parameters<Parameters<typeof problemsAfter>[0]>[0]) => unknown]>([
  [
    'a control target inside a region',
    /controlTargets\[0\] is in a region/,
    (site) => {
      site.regions!.A!.address = value('2001:db8::a');
      site.controlTargets = value(['[2001:0DB8:0::a]:80', '198.18.0.102:80']);
    },
  ],
  [
    'a control target that is listed twice',
    /the same target twice/,
    (site) => (site.controlTargets = value(['[2001:db8::53]:80', '[2001:DB8:0::53]:80'])),
  ],
  [
    'one address for both regions',
    /have the same address/,
    (site) => {
      site.regions!.A!.address = value('2001:db8::1');
      site.regions!.B!.address = value('2001:0db8::0001');
    },
  ],
  [
    'a name server that is listed twice',
    /lists a server twice/,
    (site) => (site.dns!.authoritative = value(['2001:db8::53', '2001:0db8::0053'])),
  ],
])('%s is noticed in any spelling', (_what, problem, change) => {
  expect(problemsAfter(change).join('\n')).toMatch(problem);
});

test('an AAAA record whose values differ only in spelling is no move', () => {
  const record = { name: 'www.shop.test.', type: 'AAAA', values: { A: ['2001:db8::10'], B: ['2001:0DB8:0:0::10'] } };
  const only = problemsAfter((site) => (site.dns!.records = value([record])));
  expect(only.join('\n')).toMatch(/same in every region/);
});

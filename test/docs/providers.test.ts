import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dnsKinds } from '../../lab/dns/zone-server';
import { dnsProviders } from '../../src/providers/dns';
import type { DnsProvider } from '../../src/providers/dns/provider';
import { trafficSwitches } from '../../src/providers/traffic';
import type { TrafficKind } from '../../src/providers/traffic/switch';
import { page, root } from './pages';

const { text } = page('docs/providers.md');
const tests = readdirSync(join(root, 'test/providers')).filter((name) => name.endsWith('.test.ts'));
const zones: readonly DnsProvider[] = dnsProviders as readonly unknown[] as readonly DnsProvider[];
const switches: readonly TrafficKind[] = trafficSwitches as readonly unknown[] as readonly TrafficKind[];

const linked = ({ kind, title }: { kind: string; title: string }) =>
  `\`${kind}\` | [${title}](#${title
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-')})`;

function limitOf({ limit }: { limit: { requests: number; perMs: number } | undefined }): string {
  if (limit === undefined) return 'none published';
  const words: Record<number, string> = { 1: 'a second', 60: 'a minute', 3_600: 'an hour' };
  const seconds = limit.perMs / 1_000;
  return `${limit.requests.toLocaleString('en')} in ${words[seconds] ?? `${seconds / 60} minutes`}`;
}

const everyOf = ({ readEveryMs }: { readEveryMs: number }) =>
  readEveryMs === 0 ? 'as often as asked' : `every ${readEveryMs / 1_000} s`;

const rows = [
  ...zones.map((one) => {
    const what = one.aliases === true ? 'A, AAAA, CNAME, aliases' : 'A, AAAA, CNAME';
    return `| dns | ${linked(one)} | ${what} | ${one.ttlFloorSeconds} s | ${limitOf(one)} | ${everyOf(one)} |`;
  }),
  ...switches.map((one) => {
    const reach = one.acrossRegions ? 'customers of any region' : 'within one place of the vendor';
    return `| traffic | ${linked(one)} | ${reach} | none | ${limitOf(one)} | ${everyOf(one)} |`;
  }),
];

test('the table of all kinds says what their files say', () => {
  const shown = text.split('\n').filter((line) => /^\| (?:dns|traffic) \|/.test(line));
  expect(shown).toEqual(rows);
});

test.each([...zones, ...switches].map(({ title, kind }) => [kind, title]))(
  'what %s can and needs stands under its title',
  (kind, title) => {
    expect(text.split('\n').filter((line) => line === `## ${title}`)).toHaveLength(1);
    expect(text).toContain(`\`kind: ${kind}\``);
  },
);

test.each(['README.md', 'docs/lab.md'])('%s names everybody who may keep the zone of a drill', (path) => {
  const named = page(path)
    .text.split('\n')
    .filter((line) => line.includes('drill -- --dns'));
  for (const kind of dnsKinds) expect(named.join('\n')).toMatch(new RegExp(`\\b${kind}\\b(?!-)`));
});

test.each([
  ...zones.map(({ kind }) => [kind, 'dns', 'describeDns(']),
  ...switches.map(({ kind }) => [kind, 'traffic', 'describeTraffic(']),
])('%s is held to the contract of its port', (kind, port, suite) => {
  const own = tests.filter((name) => name.startsWith(`${port}-${kind}.`));
  expect(own.some((name) => readFileSync(join(root, 'test/providers', name), 'utf8').includes(suite))).toBe(true);
});

import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { serviceCommandOf } from '../../src/activities/planning/move';
import { readSite, SiteInvalid, type Site } from '../../src/config/load';
import { siteSchemaOf } from '../../src/config/schema';
import { connect } from '../../src/connect/connect';
import { text } from '../../src/fields/fields';
import { secret } from '../../src/fields/secret-refs';
import type { EvidenceStore } from '../../src/ports/evidence';
import type { Binlogs, Comparing, Salvage, Seeding } from '../../src/ports/rejoin';
import type { Database, Sessions } from '../../src/ports/ports';
import { defineDatabase, type Rejoin } from '../../src/providers/database/kind';
import { unlimited } from '../../src/providers/rate-limit/scope';
import { defineMedia } from '../../src/providers/media/kind';
import { regionKinds, type RegionKinds } from '../../src/providers/region-kinds';
import { defineSessions } from '../../src/providers/sessions/kind';
import { defineSettings } from '../../src/providers/settings/kind';
import { worldPositions } from '../world/positions';
import { lab, value, type Tree } from './lab-site';

const closing = { close: () => undefined };
const never = () => Promise.reject(new Error('This test does not use it.'));

/** A database that a vendor runs, so that nothing of it is on the region's host. */
const managed = defineDatabase({
  title: 'Managed Database',
  options: z.strictObject({ kind: z.literal('managed'), cluster: text('a cluster', 'db-1'), token: secret('file:t') }),
  onHost: false,
  positions: worldPositions,
  connect: async ({ cluster, token }, { secret: read, region, site, schema }) => {
    const version = [cluster, region, site, schema, await read(token)].join('/');
    return { state: () => Promise.resolve({ version }), close: never } as unknown as Database;
  },
});

const keyed = defineSessions({
  title: 'Keyed Store',
  options: z.strictObject({
    kind: z.literal('keyed'),
    url: text('an address', 'k://a'),
    spare: text('another', 'k://b'),
  }),
  conflicts: ({ url, spare }) => (url === spare ? [{ field: 'spare', because: 'is the same as url' }] : []),
  connect: ({ url }) => {
    const state = () => Promise.resolve({ role: 'primary' as const, sourceHost: url, linkUp: false, offset: 0 });
    return Promise.resolve({ state, close: never } as Partial<Sessions> as Sessions);
  },
});

const cluster = defineSettings({
  title: 'Cluster',
  options: z.strictObject({ kind: z.literal('cluster'), map: text('a config map', 'shop') }),
  connect: ({ map }, { region }) => {
    const rest = { read: never, apply: never, gate: never, ungate: never, pauseScheduler: never };
    const more = { resumeScheduler: never, schedulerPaused: never, proxyTo: never, proxiedTo: never, inFlight: never };
    return Promise.resolve({ ...rest, ...more, ...closing, gated: () => Promise.resolve(`${region}'s ${map}`) });
  },
});

const bucket = defineMedia({
  title: 'Bucket',
  options: z.strictObject({ kind: z.literal('bucket'), name: text('a bucket', 'uploads-a') }),
  connect: ({ name }, { peers }) =>
    Promise.resolve({
      ...closing,
      pullFrom: never,
      missingFrom: (from) =>
        Promise.resolve({
          missing: { count: 1, list: `${peers[from]?.options.name ?? 'nothing'} to ${name}` },
          erased: { count: 0, list: '' },
        }),
    }),
});

const kinds = {
  database: [...regionKinds.database, managed],
  sessions: [...regionKinds.sessions, keyed],
  settings: [...regionKinds.settings, cluster],
  media: [...regionKinds.media, bucket],
} as const satisfies RegionKinds;

const second = (name: string) => ({
  database: { kind: 'managed', cluster: `db-${name}`, token: 'file:managed' },
  sessions: { kind: 'keyed', url: `k://${name}`, spare: 'k://spare' },
  settings: { kind: 'cluster', map: 'shop' },
  media: { kind: 'bucket', name: `uploads-${name}` },
});

/** The lab's site after `change` of each region. */
function written(change: (region: Tree, name: string) => unknown): string {
  const site = parse(lab) as Tree;
  for (const [name, region] of Object.entries(site.regions!)) change(region, name);
  return stringify(site);
}

const all = (region: Tree, name: string) => {
  Object.assign(region, second(name));
  delete region.services;
};

/** The site's type has the shipped kinds only, hence the cast. */
function read(source: string, among: RegionKinds = kinds): Site {
  const schema = siteSchemaOf(among as unknown as typeof regionKinds);
  return readSite(source, 'lab', { kinds: among, schema });
}

function problemsOf(source: string): string[] {
  try {
    read(source);
    return [];
  } catch (error) {
    if (!(error instanceof SiteInvalid)) throw error;
    return error.problems.map(({ path, because }) => `${path} ${because}`);
  }
}

const portsOf = (site: Site, among: RegionKinds = kinds) =>
  connect(site, { secret: (reference) => Promise.resolve(`behind ${reference}`) }, unlimited, among);

test('a site with a second kind of every part is valid, without services for a database that is not on the host', () => {
  expect(problemsOf(written(all))).toEqual([]);
  const site = read(written(all));
  expect(site.regions.A?.database).toEqual({ kind: 'managed', cluster: 'db-A', token: 'file:managed' });
  expect(serviceCommandOf(site, 'A')).toBe('');
});

test('an unknown kind is an error that lists the known kinds', () => {
  expect(() => readSite(written(all), 'lab')).toThrow(
    /regions\.A\.database\.kind is wrong; it must be mariadb or mysql\n/,
  );
  const unknown = written((region) => (region.database!.kind = value('oracle')));
  expect(problemsOf(unknown)[0]).toBe('regions.A.database.kind is wrong; it must be mariadb or mysql or managed');
});

test('each port of a region is made by the kind in the site file', async () => {
  const ports = portsOf(read(written(all)));
  expect((await ports.database('A').state()).version).toBe('db-A/A/lab/shop/behind file:managed');
  expect((await ports.sessions('B').state()).sourceHost).toBe('k://B');
  expect(await ports.settings('A').gated()).toBe("A's shop");
  expect(ports.positions).toBe(worldPositions);
  expect(ports.inspection('A')).toBeUndefined();
  const { missing } = await ports.media('B').missingFrom('A', { how: 'mirror', timeoutMs: 1_000 });
  expect(missing).toEqual({ count: 1, list: 'uploads-A to uploads-B' });
});

test('rules across the fields of a kind come from that kind', () => {
  const same = written((region, name) =>
    Object.assign(region, second(name), { sessions: { kind: 'keyed', url: 'k://a', spare: 'k://a' } }),
  );
  expect(problemsOf(same)).toEqual(['A', 'B'].map((name) => `regions.${name}.sessions.spare is the same as url`));
});

test.each([
  ['database', 'refused'],
  ['sessions', 'refused'],
  ['media', 'refused'],
  ['settings', 'accepted'],
] as const)('a site with two kinds of %s is %s', (part, outcome) => {
  const mixed = written((region, name) => name === 'B' && Object.assign(region, { [part]: second(name)[part] }));
  const shipped = regionKinds[part][0].kind;
  const because = `regions.B.${part}.kind is not the same as in region A, although the two replicate from each other; for example ${shipped}`;
  expect(problemsOf(mixed)).toEqual(outcome === 'accepted' ? [] : [because]);
});

test('rejoining a database without rejoin ports is refused with what to do', async () => {
  const ports = portsOf(read(written(all)));
  const because =
    /^handover can't rejoin Managed Database, so make B's database a replica .* npx handover drill lab --kind checks$/;
  expect(() => ports.binlogs('B')).toThrow(because);
  expect(() => ports.seeding('B')).toThrow(because);
  await expect(ports.salvage('B').known()).rejects.toThrow(because);
  await expect(ports.comparing('B', 'A').last()).rejects.toThrow(because);
});

test('a database kind has its own rejoin ports, which get its region and the other regions', async () => {
  const opened: string[] = [];
  const rejoin: Rejoin<{ cluster: string }> = {
    binlogs: ({ options, region }) => (opened.push(`logs of ${options.cluster} in ${region}`), {} as Binlogs),
    salvage: ({ options, schema }) => {
      const known = () => Promise.resolve(`${schema} of ${options.cluster}`);
      return Promise.resolve({ known, ...closing } as Partial<Salvage> & typeof closing as Salvage & typeof closing);
    },
    pile: () => Promise.reject(new Error('This test decides about no item.')),
    seeding: ({ peers }) => (opened.push(`from ${Object.keys(peers).join()}`), {} as Seeding),
    evidence: ({ region }) => (opened.push(`evidence in ${region}`), {} as EvidenceStore),
    comparing: (primary, replica) => {
      const rows = { [primary.options.cluster]: 1, [replica.options.cluster]: 1 };
      const last = () => Promise.resolve({ position: '1', rows, unequal: [] });
      return Promise.resolve({ last, ...closing } as Partial<Comparing> & typeof closing as Comparing & typeof closing);
    },
  };
  const connected = () => Promise.reject(new Error('This test does not connect.'));
  const like = { options: managed.options, onHost: false, positions: worldPositions };
  const own = defineDatabase({ ...like, title: 'Own', connect: connected, rejoin });
  const among = { ...kinds, database: [...regionKinds.database, own] } as const;
  const ports = portsOf(read(written(all), among), among);
  ports.binlogs('A');
  ports.seeding('B');
  expect(opened).toEqual(['logs of db-A in A', 'from A']);
  expect(await ports.salvage('A').known()).toBe('shop of db-A');
  expect(await ports.comparing('A', 'B').last()).toMatchObject({ rows: { 'db-A': 1, 'db-B': 1 } });
});

test("copying MariaDB's logs and data is refused when the media has no key for the other region's host", () => {
  const ports = portsOf(read(written((region, name) => Object.assign(region, { media: second(name).media }))));
  const because = "regions.A.media has no key for the other region's host, so MariaDB's logs and data can't be copied";
  expect(() => ports.binlogs('A')).toThrow(because);
  expect(() => ports.seeding('A')).toThrow(because);
});

import { preflightChecks } from '../../src/activities/planning/preflight';
import { takeSurvey } from '../../src/activities/planning/survey';
import { readiness } from '../../src/activities/readiness';
import { prepareTransfer } from '../../src/activities/planning/prepare';
import type { TransferKind } from '../../src/domain/plan/request';
import type { CheckResult } from '../../src/domain/plan/result';
import { failedCheck } from '../../src/domain/report/aim';
import { rules } from '../../src/domain/preflight';
import { PortError } from '../../src/ports/errors';
import type { Inspection } from '../../src/ports/inspection';
import type { Ports } from '../../src/ports/ports';
import { soundHost, soundRights, soundSchema, soundSettings } from '../world/inspection';
import { labSite } from '../world/planning';
import { healthOf } from '../world/ports';
import { newWorld, type World } from '../world/world';

type Parts = Partial<Inspection>;

function inspectionOf(ports: Ports, region: string): Inspection {
  const inspection = ports.inspection(region);
  if (inspection === undefined) throw new Error(`${region} has no inspection.`);
  return inspection;
}

type Versions = Record<string, string> | null;

/** The world's ports, with B's servers told by `parts`, and B's shop with other versions, or none. */
function portsWith(world: World, parts: Parts, versions: Versions = {}): Ports {
  const ports = world.ports();
  const health = async () => {
    const { versions: own, ...told } = await ports.shop('B').health();
    return versions ? { ...told, versions: { ...own, ...versions } } : told;
  };
  return {
    ...ports,
    inspection: (region) => ({ ...inspectionOf(ports, region), ...(region === 'B' && parts) }),
    shop: (region) => ({ ...ports.shop(region), ...(region === 'B' && { health }) }),
  };
}

const settings = (variables: Record<string, string>): Parts => ({
  settings: () => {
    const sound = soundSettings('B');
    return Promise.resolve({ ...sound, variables: { ...sound.variables, ...variables } });
  },
});
const shopHolds = (held: string[]): Parts => ({
  rights: () => {
    const sound = soundRights();
    return Promise.resolve({ ...sound, accounts: { ...sound.accounts, 'shop@localhost': held } });
  },
});
const sameIds: Parts = {
  ...settings({ auto_increment_offset: '1' }),
  schema: () => {
    const { tables, programs } = soundSchema();
    return Promise.resolve({ programs, tables: [...tables, { ...tables[0]!, name: 'wp_links' }] });
  },
};
const denied: Parts = { rights: () => Promise.reject(new PortError('denied', 'SELECT is denied.')) };

async function checks(parts: Parts): Promise<CheckResult[]> {
  const world = newWorld();
  // It has lived for a moment, so that it has written heartbeats.
  await world.pass(2_000);
  return world.run(readiness({ site: labSite, ports: portsWith(world, parts), caPem: '' }));
}

async function prepared(kind: TransferKind, parts: Parts, lost = false, ...versions: [Versions?]) {
  const world = newWorld();
  if (lost) world.crash('A');
  const request = { site: 'lab', kind, to: '', region: '', because: 'A person asks.' };
  const whole = { ...request, decidedAt: 0, onsetAt: 0, evenUnfenced: false };
  return world.run(
    prepareTransfer({ site: labSite, ports: portsWith(world, parts, ...versions), caPem: '' }, whole, false),
  );
}

test('the checks have a line for every rule, and sound servers pass all of them', async () => {
  const told = await checks({});
  expect(told.filter(({ ok }) => !ok)).toEqual([]);
  expect(told.map(({ name }) => name)).toEqual(expect.arrayContaining(rules.map(({ name }) => name)));
});

test('a fatal setting fails the checks with its value, the value wanted and the command', async () => {
  const failed = (await checks(settings({ sync_binlog: '0' }))).filter(({ ok }) => !ok);
  expect(failed).toEqual([
    {
      name: 'sync_binlog',
      ok: false,
      because:
        'sync_binlog is 0 on B; it must be 1, because otherwise a power cut takes acknowledged orders out of the log, and the regions diverge. There type: SET GLOBAL sync_binlog = 1; and keep sync_binlog = 1 under [mariadbd] in its option file.',
    },
  ]);
});

test('an advisory setting is a warning that says why it stops no transfer', async () => {
  const told = (await checks(settings({ binlog_checksum: 'NONE' }))).filter(({ ok }) => !ok);
  expect(told).toEqual([expect.objectContaining({ name: 'binlog_checksum', advisory: true })]);
  expect(told[0]?.because).toMatch(/ It stops no transfer: orders are replicated without checksums too\.$/);
});

test('a warning alone meets the aim of a drill, and the first failed check beside it does not', async () => {
  expect(failedCheck(await checks(settings({ binlog_checksum: 'NONE' })))).toBeUndefined();
  const both = await checks(settings({ binlog_checksum: 'NONE', gtid_strict_mode: 'OFF' }));
  expect(failedCheck(both)).toMatchObject({ name: 'gtid_strict_mode', ok: false });
});

test('what cannot be read is unknown and fails the checks', async () => {
  const host: Parts = { host: () => Promise.reject(new PortError('unavailable', 'B hides its processes.')) };
  const failed = (await checks(host)).filter(({ ok }) => !ok);
  expect(failed.map(({ name }) => name)).toEqual([
    'read_only at start',
    'skip_slave_start',
    'database.fenceFile',
    'free disk space',
    'room for copied logs',
    'services.database',
  ]);
  expect(failed[0]?.because).toMatch(/^Unknown: It could not be read on B: B hides its processes\. Check it by hand: /);
});

test('a part that does not answer in time leaves the others known', async () => {
  const world = newWorld();
  const survey = await world.run(takeSurvey(labSite, world.ports()));
  const never = new Promise<never>(() => undefined);
  const ports: Ports = {
    ...world.ports(),
    inspection: (region) => ({
      settings: () => Promise.resolve(soundSettings(region)),
      schema: () => Promise.resolve(soundSchema()),
      rights: () => Promise.resolve(soundRights()),
      host: () => (region === 'B' ? never : Promise.resolve(soundHost())),
    }),
    shop: (region) => ({
      ...world.ports().shop(region),
      health: () => Promise.resolve(healthOf(world.region(region))),
      certificateEndsAt: () => Promise.resolve(Infinity),
    }),
  };
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  const telling = preflightChecks(labSite, survey, ports);
  await jest.advanceTimersByTimeAsync(20_000);
  jest.useRealTimers();
  const failed = (await telling).checks.filter(({ ok }) => !ok);
  expect(failed[0]?.because).toMatch(/^Unknown: It could not be read on B: It did not answer within 20 s\./);
  expect(failed).toHaveLength(6);
});

/** Settings with which a promotion would lose or corrupt orders. */
const risky: [what: string, parts: Parts, because: RegExp][] = [
  [
    'binlog_format MIXED',
    settings({ binlog_format: 'MIXED' }),
    /^binlog_format: binlog_format is MIXED on B; it must be ROW, .* SET GLOBAL binlog_format = ROW;/,
  ],
  [
    'log_slave_updates OFF',
    settings({ log_slave_updates: 'OFF' }),
    /^log_slave_updates: log_slave_updates is OFF on B; it must be ON/,
  ],
  [
    'ids that both regions may give',
    sameIds,
    /^ids of the two regions: .* shop\.idTables lacks wp_links; it must be apart/,
  ],
  [
    'a shop that writes past read_only',
    shopHolds(['READ_ONLY ADMIN']),
    /^rights of the shop's user: on B shop@localhost has READ_ONLY ADMIN; .* REVOKE/,
  ],
];

test.each(risky)('a planned transfer with %s is refused before anything is touched', async (_what, parts, because) => {
  const found = await prepared('switchover', parts);
  expect(found).toMatchObject({ outcome: 'refused', because: expect.stringMatching(because) as string });
});

test.each(risky)('a failover with %s goes on, and its plan carries the warning', async (_what, parts, because) => {
  const found = await prepared('failover', parts, true);
  if (found.outcome === 'refused') throw new Error(found.because);
  const [, warning = ''] = /^A person asks\. Warning: (.*)$/.exec(found.plan.because) ?? [];
  if (parts === sameIds) expect(found.plan.because).toBe('A person asks.');
  else expect(warning).toMatch(because);
});

test('a planned transfer waits until it is known who may write past read_only, and a failover does not', async () => {
  expect(await prepared('switchover', denied)).toMatchObject({
    outcome: 'refused',
    because: expect.stringMatching(
      /^rights of the shop's user: Unknown: It could not be read on B: SELECT is denied\./,
    ) as string,
  });
  expect(await prepared('failover', denied, true)).toMatchObject({
    outcome: 'plan',
    plan: { because: 'A person asks.' },
  });
});

test.each([
  [
    'table prefix',
    'shop_',
    /^table prefix: table prefix is wp_ on A and shop_ on B; .* \$table_prefix into wp-config\.php/,
  ],
  [
    'woocommerce storage of orders',
    'posts',
    /^storage of orders: .* is orders tables on A and posts on B; .* wp cache flush;/,
  ],
])('a planned transfer to a shop with another %s is refused, and a failover goes on', async (name, value, because) => {
  const found = await prepared('switchover', {}, false, { [name]: value });
  expect(found).toMatchObject({ outcome: 'refused', because: expect.stringMatching(because) as string });
  expect((await prepared('failover', {}, true, { [name]: value })).outcome).toBe('plan');
});

test('a shop that does not tell how it is set up holds up no transfer', async () => {
  expect((await prepared('switchover', {}, false, null)).outcome).toBe('plan');
});

test('other versions of plugins refuse no planned transfer: the standby is updated first', async () => {
  expect((await prepared('switchover', {}, false, { woocommerce: '9.5.0' })).outcome).toBe('plan');
});

test('a fatal setting that no order depends on refuses no planned transfer', async () => {
  expect((await prepared('switchover', settings({ sync_binlog: '0' }))).outcome).toBe('plan');
  expect(
    (await prepared('switchover', { host: () => Promise.resolve({ ...soundHost(), startsReadOnly: false }) })).outcome,
  ).toBe('plan');
});

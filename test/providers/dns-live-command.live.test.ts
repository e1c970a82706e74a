import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../setup/script';
import { liveFakes, type LiveFake } from './live-world';
import { until } from '../../lab/loopback/until';

const theirs = { name: 'www.shop.test.', type: 'A' as const, ttlSeconds: 300, values: ['192.0.2.7'] };
let live: LiveFake;
let folder: string;
let file: string;

beforeEach(async () => {
  live = await liveFakes.digitalocean();
  live.fake.put(theirs);
  folder = mkdtempSync(join(tmpdir(), 'handover-live-'));
  file = join(folder, 'zone.yaml');
  writeFileSync(file, live.file);
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await live.fake.close();
});

/** `npm run test:live -- ARGS`, past npm. */
function command(args: string[], zoneFile: string | undefined = file) {
  const { HANDOVER_LIVE_ZONE_FILE: _, ...inherited } = process.env;
  const given = zoneFile === '' ? {} : { HANDOVER_LIVE_ZONE_FILE: zoneFile };
  const env = { ...inherited, LIVE_SECRET: live.secret, ...given };
  const child = spawn(process.execPath, [join(root, 'scripts/live.mjs'), ...args], { env });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => void (output += text));
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, output }));
  });
  return { child, ended };
}

it.each([
  ['no argument', [], 'Name one of dns/cloudflare, dns/digitalocean, dns/google, dns/route53'],
  ['another provider', ['dns/powerdns', '--yes'], 'Name one of dns/cloudflare'],
  ['an unknown option', ['dns/digitalocean', '--force'], "'--force'"],
  ['a label that is not from a run', ['dns/digitalocean', '--remove', 'www'], '--remove handover-live-0a1b2c3d'],
  ['a file for another vendor', ['dns/google', '--yes'], 'dns.provider.kind must be google'],
])('npm run test:live refuses %s and sends no request', async (_what, args, words) => {
  const { code, output } = await command(args).ended;
  expect(output).toContain(words);
  expect(code).toBe(2);
  expect(live.fake.calls).toEqual([]);
});

it.each([
  ['dns: [', 'is not valid YAML'],
  ['site: shop', 'dns is missing'],
  ['dns: { provider: { kind: digitalocean, zone: shop.test }, authoritative: [a] }', 'dns.provider.zone must be'],
  ['dns: { provider: { kind: digitalocean, zone: shop.test. } }', 'dns.authoritative must list'],
  ['dns: { provider: {}, authoritative: [a], records: [] }', 'dns.records must not be set here'],
])('npm run test:live refuses a file with %s', async (text, words) => {
  writeFileSync(file, text);
  const { code, output } = await command(['dns/digitalocean', '--yes']).ended;
  expect(output).toContain(words);
  expect(code).toBe(2);
});

it('npm run test:live refuses to run without a readable file', async () => {
  expect((await command(['dns/digitalocean'], '').ended).output).toContain('HANDOVER_LIVE_ZONE_FILE is not set');
  expect((await command(['dns/digitalocean'], '/nowhere').ended).output).toContain("/nowhere can't be read (ENOENT)");
});

it('npm run test:live without --yes prints its plan and sends no request', async () => {
  const { code, output } = await command(['dns/digitalocean']).ended;
  expect(code).toBe(0);
  expect(output).toMatch(/ t1\.handover-live-[0-9a-f]{8}\.shop\.test\. to t17\.handover-live-/);
  for (const words of ['at most 17 sets', 'A with', 'or CNAME', 'TTL 60 s or 300 s', 'removes', '30 minutes'])
    expect(output).toContain(words);
  expect(output).toContain('Nothing has been sent.');
  expect(output).not.toContain(live.secret);
  expect(live.fake.calls).toEqual([]);
});

it('npm run test:live with --yes runs the contract and leaves the zone unchanged', async () => {
  const { code, output } = await command(['dns/digitalocean', '--yes']).ended;
  expect(output.indexOf('Creates at most 17 sets')).toBeLessThan(output.indexOf('PASS test/live/dns.live.ts'));
  expect(output).toContain('17 passed');
  expect(code).toBe(0);
  expect(live.fake.changes()).toBeGreaterThan(20);
  expect(live.fake.sets()).toEqual([theirs]);
});

it('npm run test:live fails when the vendor breaks the contract, and leaves the zone unchanged', async () => {
  live.fake.faults.play({
    on: { method: 'PATCH' },
    times: Infinity,
    effect: { kind: 'error', status: 500, when: 'before' },
  });
  const { code, output } = await command(['dns/digitalocean', '--yes']).ended;
  expect(output).toContain('FAIL test/live/dns.live.ts');
  expect(code).toBe(1);
  expect(live.fake.sets()).toEqual([theirs]);
});

it('npm run test:live --remove prints and then removes what a run with this label left behind', async () => {
  const args = ['dns/digitalocean', '--remove', 'handover-live-0a1b2c3d'];
  live.fake.put({ ...theirs, name: 't17.handover-live-0a1b2c3d.shop.test.' });
  live.fake.put({ ...theirs, name: 't1.handover-live-ffffffff.shop.test.' });
  const shown = await command(args).ended;
  expect(shown.output).toContain('Removes what an earlier run left: A and CNAME sets at t1.handover-live-0a1b2c3d.');
  expect(live.fake.calls).toEqual([]);
  expect(await command([...args, '--yes']).ended).toMatchObject({ code: 0 });
  expect(live.fake.sets().map(({ name }) => name)).toEqual([theirs.name, 't1.handover-live-ffffffff.shop.test.']);
});

it('npm run test:live leaves the zone unchanged when it is interrupted', async () => {
  // Otherwise it could finish before it is interrupted.
  live.fake.publishAfter(120_000);
  const { child, ended } = command(['dns/digitalocean', '--yes']);
  await until('something is made', () => live.fake.sets().length > 2);
  child.kill('SIGINT');
  const { code, output } = await ended;
  expect(output).toContain('the records it left are removed now');
  expect(code).toBe(130);
  expect(live.fake.sets()).toEqual([theirs]);
});

/** Two and more runbook workers, each a process, that are killed with -9 or stopped in the middle of a transfer. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../lab/loopback/until';
import type { TransferResult } from '../../src/domain/plan/result';
import { missingIn } from '../world/invariants';
import { Processes, type Mishap } from './processes';
import { bundle } from './server';
import { Stage } from './stage';

const kills: Mishap[] = [
  { site: 'at-the-fence', method: 'fence', what: 'killed after' },
  { site: 'before-the-promotion', method: 'promote', what: 'killed before' },
  { site: 'after-the-promotion', method: 'promote', what: 'killed after' },
  { site: 'at-the-switch', method: 'replace', what: 'killed after' },
];
const asleep: Mishap = { site: 'asleep', method: 'promote', what: 'stopped' };
const names = [...kills, asleep].map(({ site }) => site);

let stage: Stage;
let processes: Processes;
const folder = mkdtempSync(join(tmpdir(), 'handover-workers-'));
const results = new Map<string, Promise<TransferResult>>();

beforeAll(async () => {
  stage = await Stage.open({ runbook: false });
  for (const name of names) stage.newSite(name);
  const codePath = join(folder, 'bundle.js');
  writeFileSync(codePath, (await bundle()).code);
  processes = new Processes(stage.sites, [...kills, asleep]);
  // Each kill takes one of them, and two are spared.
  await processes.start(kills.length + 2, stage.address, codePath, names);
  for (const { site } of kills) {
    const handle = await stage.start('transfer', site);
    results.set(site, handle.result() as Promise<TransferResult>);
  }
});
afterAll(async () => {
  await processes.end();
  await stage.close();
  rmSync(folder, { recursive: true });
});

test.each(kills)(
  'a transfer whose worker is $what the call $method goes on with another worker, and everything happens once',
  async ({ site, method, what }) => {
    const result = await results.get(site);
    expect(processes.befallen).toContain(`${site} ${method} ${what}`);
    expect(result).toMatchObject({ ending: 'completed', to: 'B', epoch: 2 });
    const { world } = stage.sites.find(site);
    const changed = world.gate.effects
      .filter((effect) => effect.changed)
      .map(({ op, region }) => `${op} ${region ?? ''}`);
    for (const effect of ['database.fence A', 'database.promote B', 'sessions.promote B', 'database.openTo B'])
      expect(changed.filter((each) => each === effect)).toEqual([effect]);
    expect([missingIn(world, 'B'), world.violations]).toEqual([[], []]);
  },
  120_000,
);

test('a worker that was only stopped finds its work done when it wakes, and does none of it twice', async () => {
  const { world } = stage.sites.find('asleep');
  const handle = await stage.start('transfer', 'asleep');
  expect(await handle.result()).toMatchObject({ ending: 'completed', to: 'B', epoch: 2 });
  expect(processes.befallen).toContain('asleep promote stopped');
  processes.wake('asleep');
  await until('its late promotion has arrived', () => Promise.resolve(processes.late.length > 0));
  const promotions = world.gate.effects.filter(({ op }) => op === 'database.promote');
  expect(promotions.map(({ changed }) => changed)).toEqual([true, false]);
  expect(world.violations).toEqual([]);
});

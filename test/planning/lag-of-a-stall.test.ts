/** The lag while the primary writes nothing: its heartbeats age, and its standby has all of it. */
import { lookAtStandby } from '../../src/activities/sampling/standby';
import { labSite } from '../world/planning';
import { newWorld, type World } from '../world/world';
import { write, writeOrder } from '../world/server';

const minute = 60_000;

/** What the sampler sees after `minutes` in which the primary wrote nothing. */
async function after(minutes: number, happens: (world: World) => void = () => undefined) {
  const world = newWorld({ quiet: true });
  write(world.region('A').server, { heartbeat: { region: 'A', atMs: world.gate.clock.now(), epoch: 1 } });
  await world.pass(1_000);
  happens(world);
  await world.pass(minutes * minute);
  return world.run(lookAtStandby({ site: labSite, ports: world.ports(), caPem: '' }, 'A'));
}

test('a standby that has all of a primary whose writes stall is not behind', async () => {
  expect(await after(20)).toMatchObject({ lagMs: 0 });
});

test('one that lacks what the primary wrote has an unknown lag, and so has one whose primary is dead', async () => {
  const lacking = await after(20, (world) => {
    world.linkCut = true;
    writeOrder(world.region('A').server, 'lost');
  });
  expect(lacking).not.toHaveProperty('lagMs');
  expect(await after(20, (world) => void (world.region('A').server.up = false))).not.toHaveProperty('lagMs');
});

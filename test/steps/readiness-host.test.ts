import { readiness } from '../../src/activities/readiness';
import type { Ports } from '../../src/ports/ports';
import { PortError } from '../../src/ports/errors';
import { labSite } from '../world/planning';
import { newWorld } from '../world/world';

/** The check called `name`, with what `change` makes of the ports. */
async function checkOf(name: string, change: (ports: Ports) => Partial<Ports>) {
  const world = newWorld();
  const ports = world.ports();
  const context = { site: labSite, ports: { ...ports, ...change(ports) }, caPem: '' };
  const checks = await world.run(readiness(context));
  return checks.find((check) => check.name === name);
}

const hostAnswering = (answer: () => Promise<number>) => (ports: Ports) => ({
  host: (region: string) => ({
    ...ports.host(region),
    run: async () => ({ code: await answer(), stdout: '', stderr: '' }),
  }),
});
const gone = () => Promise.reject(new PortError('unavailable', "A's host 198.51.100.10 broke off: reset."));

test.each<[string, () => Promise<number>, boolean, string]>([
  ['answers', () => Promise.resolve(0), true, 'The host answers over ssh and runs commands.'],
  [
    'runs nothing',
    () => Promise.resolve(1),
    false,
    'The host answers over ssh, but "true" exits 1. Try it from a runbook worker: ssh -p 22 root@198.51.100.10 true',
  ],
  [
    'breaks off',
    gone,
    false,
    "A's host 198.51.100.10 broke off: reset. Try it from a runbook worker: ssh -p 22 root@198.51.100.10 true",
  ],
])('a host that %s', async (_, answer, ok, because) => {
  expect(await checkOf('host of A', hostAnswering(answer))).toMatchObject({ ok, because });
});

test('settings that could not be read say why', async () => {
  const check = await checkOf('settings of B', (ports) => ({
    settings: (region) => ({
      ...ports.settings(region),
      read: () => Promise.reject(new PortError('absent', "B's host has no /srv/etc/handover.conf.")),
    }),
  }));
  expect(check).toMatchObject({
    ok: false,
    because: "They could not be read: B's host has no /srv/etc/handover.conf.",
  });
});

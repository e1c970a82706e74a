import { serviceReadiness } from '../../src/activities/readiness/service';
import { takeSurvey } from '../../src/activities/planning/survey';
import { labSite } from '../world/planning';
import { newWorld, type World } from '../world/world';

/** The check of A's service. */
async function serviceOfA(prepare: (world: World) => void): Promise<{ ok: boolean; because: string } | undefined> {
  const world = newWorld();
  const ports = world.ports();
  prepare(world);
  const checks = await world.run(takeSurvey(labSite, ports).then((survey) => serviceReadiness(labSite, survey, ports)));
  return checks.find(({ name }) => name === 'service of A');
}

const ends = (code: number) => (world: World) => void (world.region('A').serviceBroken = code);

test.each<[string, (world: World) => void, boolean, RegExp]>([
  ['runs', () => undefined, true, /^"\/srv\/bin\/service mariadb status" exits 0: the service runs\.$/],
  ['is stopped, as is its database', (world) => world.crash('A'), true, /exits 3: the service does not run\.$/],
  [
    'says stopped while the database answers',
    ends(3),
    false,
    /but A's database answers; name its service in regions\.A\.services\.database\.$/,
  ],
  [
    'can only fail',
    ends(1),
    false,
    /exits 1: the command failed.*\. Only 0 and 3 are answers; run it on A's host, and correct regions\.A\.services\.database\.$/,
  ],
  ['is not there', ends(127), false, /exits 127: the command was not found on the host\./],
])('a service that %s', async (_, prepare, ok, because) => {
  expect(await serviceOfA(prepare)).toMatchObject({ ok, because: expect.stringMatching(because) as string });
});

/** An alert that Temporal itself did not take from a monitor, on a real Temporal server. */
import { until } from '../../lab/loopback/until';
import type { Alert } from '../../src/domain/alert';
import { readDetails } from '../../src/starters/details';
import { bundle } from './server';
import { Stage } from './stage';

let stage: Stage;
const refused: Alert[] = [];
const taken: Alert[] = [];
beforeAll(async () => {
  stage = await Stage.open({ runbook: false });
  const notify = (_site: string, alert: Alert): Promise<void> => {
    const isLate = refused.length >= 3 || (refused[0] && alert.key !== refused[0].key);
    (isLate ? taken : refused).push(alert);
    return isLate ? Promise.resolve() : Promise.reject(new Error('Temporal did not take it.'));
  };
  await stage.workOnRunbooks(await bundle(), { notify });
});
afterAll(() => stage.close());

test('is handed over by the next decision', async () => {
  const live = stage.newSite('unheard');
  const monitor = await stage.start('monitor', live.name);
  await until('all is well', async () => /: healthy\./.test(await readDetails(monitor)));
  live.world.linkCut = true;
  await until('Temporal has refused it', () => Promise.resolve(refused.length === 3));
  await until('it is handed over', () => Promise.resolve(taken.some(({ key }) => key === refused[0]?.key)));
  expect(taken.find(({ key }) => key === refused[0]?.key)).toEqual(refused[0]);
});

/** Readiness that turns red and green again, on a real Temporal server: in the details, in one alert, and over a continue-as-new. */
import { until } from '../../lab/loopback/until';
import type { Alert } from '../../src/domain/alert';
import { afterLook, looksUntilBelieved, nothingSeen, type Answer, type Sight } from '../../src/domain/readiness/sight';
import { readDetails } from '../../src/starters/details';
import { bundle } from './server';
import { Stage } from './stage';

let stage: Stage;
const alerts: Alert[] = [];
beforeAll(async () => {
  // A history this short makes a monitor continue as new after seconds.
  stage = await Stage.open({ runbook: false, settings: ['limit.historyCount.suggestContinueAsNew=120'] });
  const notify = (_site: string, alert: Alert): Promise<void> => Promise.resolve(void alerts.push(alert));
  await stage.workOnRunbooks(await bundle(), { notify });
  await stage.workAsSampler();
});
afterAll(() => stage.close());

function looked(answer: Answer, before: Sight = nothingSeen): Sight {
  const finding = { name: 'customers of A', answer, because: `Its gate is ${answer}.`, vital: true } as const;
  return Array.from({ length: looksUntilBelieved }).reduce<Sight>(
    (sight) => afterLook(sight, 'servers', [finding], sight.at + 1),
    before,
  );
}

test('it calls once, keeps that through a continue-as-new, and says when it is over', async () => {
  const live = stage.newSite('gated');
  live.sees = nothingSeen;
  const monitor = await stage.start('monitor', live.name);
  await until('all is well', async () => /: healthy\./.test(await readDetails(monitor)));

  live.sees = looked('bad');
  await until('it is told', () => Promise.resolve(alerts.length > 0));
  await until('it is shown', async () =>
    /NOT READY[^]*- customers of A: Its gate is bad\./.test(await readDetails(monitor)),
  );
  const first = (await monitor.describe()).runId;
  await until('the monitor continues as new', async () => (await monitor.describe()).runId !== first);
  await until('it is shown still', async () => /NOT READY/.test(await readDetails(monitor)));
  expect(alerts).toEqual([
    {
      severity: 'critical',
      ends: true,
      key: expect.stringMatching(/^gated\/readiness\//) as string,
      summary: 'gated: customers may not be served, although the shop answers: customers of A.',
      command: 'npx handover status gated',
    },
  ]);

  live.sees = looked('good', live.sees);
  await until('it is over', () => Promise.resolve(alerts.length > 1));
  expect(alerts.slice(1)).toEqual([expect.objectContaining({ key: alerts[0]?.key, status: 'resolved' })]);
});

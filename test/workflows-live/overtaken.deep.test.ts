/** A transfer that ends while the monitor decides, on a real Temporal server: what was decided without it is not carried out. */
import type { WorkflowHandle } from '@temporalio/client';
import { until } from '../../lab/loopback/until';
import { runbookActivities } from '../../src/activities';
import type { RunbookActivities } from '../../src/contract/activities';
import { readDetails } from '../../src/starters/details';
import { bundle } from './server';
import { Stage } from './stage';

let stage: Stage;
let monitor: WorkflowHandle | undefined;
let acts = 0;
beforeAll(async () => {
  stage = await Stage.open({ runbook: false });
  const real = runbookActivities((site) => Promise.resolve(stage.ground(site))) as RunbookActivities;
  const decide: RunbookActivities['decide'] = async (input) => {
    const result = await real.decide(input);
    if (result.decision.action !== 'act') return result;
    acts += 1;
    const news = {
      kind: 'unplanned',
      asked: 'failover',
      ending: 'rolled-back',
      epoch: 1,
      from: 'A',
      to: 'B',
      primary: '',
    };
    if (acts === 1) await monitor?.signal('transferEnded', { ...news, because: 'The fence failed.' });
    return result;
  };
  await stage.workOnRunbooks(await bundle(), { decide });
});
afterAll(() => stage.close());

test('it is decided again, and only then a transfer starts', async () => {
  const live = stage.newSite('overtaken');
  monitor = await stage.start('monitor', live.name);
  const watched = monitor;
  await until('all is well', async () => /: healthy\./.test(await readDetails(watched)));
  live.lose('A');
  await until('it is decided again', () => Promise.resolve(acts > 1));
  const transfers = () => stage.client.workflow.count('WorkflowId = "transfer/overtaken"');
  await until('the transfer starts', async () => (await transfers()).count > 0);
  expect(await stage.client.workflow.getHandle('transfer/overtaken').result()).toMatchObject({ ending: 'completed' });
});

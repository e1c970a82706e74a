/** A person holds a rejoin, lets it go on, and aborts one. */
import { until } from '../../lab/loopback/until';
import { rejoinVerbs } from '../../src/contract/verbs';
import { readDetails } from '../../src/starters/details';
import { send } from '../../src/starters/message-commands';
import { broughtBack } from './rejoin-steps';
import { bundle } from './server';
import { Stage } from './stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open({ runbook: false });
  await stage.workOnRunbooks(await bundle(), broughtBack(stage.sites));
  await stage.workOnAlerts();
});
afterAll(() => stage.close());

const who = { who: 'ines@shop.example' };
const words = { ...who, because: 'I look at its disk first.' };
const verb = (name: string) => rejoinVerbs.find((each) => each.name === name)!;

test('a rejoin that is held begins no step until somebody lets it go on; an abort ends it', async () => {
  const live = stage.newSite('held-rejoin');
  live.lose('A');
  const moved = await stage.start('transfer', live.name, { kind: 'failover', evenUnfenced: true });
  expect(await moved.result()).toMatchObject({ ending: 'completed' });
  live.heal();
  const held = () =>
    stage.client.workflow.signalWithStart('rejoin', {
      workflowId: `rejoin/${live.name}`,
      taskQueue: 'handover',
      args: [{ site: live.name }],
      signal: 'hold',
      signalArgs: [words],
    });

  const aborted = await held();
  await until('it shows who holds it', async () => /Held by ines@shop\.example/.test(await readDetails(aborted)));
  await send(stage.client, aborted.workflowId, verb('abort'), words);
  expect(await aborted.result()).toMatchObject({
    ending: 'rolled-back',
    because: 'ines@shop.example aborted the run: I look at its disk first.',
    journal: [],
  });

  const going = await held();
  await until('it shows who holds it', async () => /Held by ines@shop\.example/.test(await readDetails(going)));
  expect(await going.query('journal')).toEqual([]);
  await send(stage.client, going.workflowId, verb('go-on'), who);
  expect(await going.result()).toMatchObject({ ending: 'completed' });
});

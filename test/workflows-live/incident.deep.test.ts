/** What comes after a refusal or a roll-back, on a real Temporal server: nothing is ordered without end, and somebody hears why. */
import { until } from '../../lab/loopback/until';
import { planIn, readDetails } from '../../src/starters/details';
import { Stage } from './stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

test('a failover that can not fence the lost region is tried three times, and then a person decides', async () => {
  const live = stage.newSite('asking', [], { unfenced: 'ask' });
  const monitor = await stage.start('monitor', live.name);
  const says = async (sentence: RegExp) => {
    const has = async () => sentence.test(await readDetails(monitor));
    await until(`the monitor says ${String(sentence)}`, has).catch(async () => {
      expect(await readDetails(monitor)).toMatch(sentence);
    });
  };
  await says(/: healthy\./);
  live.lose('A');
  await says(/The failover was tried 3 times and last was .* type: npx handover acknowledge asking --who/);
  const tries = () => stage.client.workflow.count('WorkflowId = "transfer/asking"');
  expect(await tries()).toMatchObject({ count: 3 });
  const [epoch] = [live.world.region('B').server.row.epoch];
  expect(epoch).toBe(1);
  expect(planIn(await readDetails(monitor))).toBeUndefined();
  const told = () => live.world.alerts.some(({ summary }) => /earlier tries did not help/.test(summary));
  await until('somebody is called', () => Promise.resolve(told()));

  await monitor.executeUpdate('acknowledge', { args: [{ who: 'ines@shop.example' }] });
  await until('the failover is tried again', async () => (await tries()).count > 3);
  expect(live.world.violations).toEqual([]);
});

test('a region that is lost while a rejoin runs is left to a person, who is told how to end the rejoin', async () => {
  const live = stage.newSite('rejoining');
  const monitor = await stage.start('monitor', live.name);
  await until('all is well', async () => /: healthy\./.test(await readDetails(monitor)));
  // A rejoin that nobody works on.
  const rejoin = { workflowId: `rejoin/${live.name}`, taskQueue: 'nobody-works-here', args: [{ site: live.name }] };
  await stage.client.workflow.start('rejoin', rejoin);
  const transfer = await stage.start('transfer', live.name);
  await expect(transfer.result()).rejects.toMatchObject({ cause: { type: 'Refused' } });
  live.lose('A');
  await until('the monitor asks', async () =>
    /^\*\*ask:\*\* rejoin\/rejoining is running/m.test(await readDetails(monitor)),
  );
});

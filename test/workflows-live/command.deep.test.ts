/** The mode of a monitor on a real server: it is carried from run to run, a query and a search attribute show it, and people approve. */
import { until } from '../../lab/loopback/until';
import { Stage } from './stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open({ settings: ['limit.historyCount.suggestContinueAsNew=120'] });
});
afterAll(() => stage.close());

const who = { who: 'ines@shop.example', because: 'We try it.' };
const runs = (site: string) => stage.client.workflow.count(`WorkflowType = "transfer" AND HandoverSite = "${site}"`);

test('mode observe moves nothing and keeps its score over a continue-as-new; mode approve moves once a person approves', async () => {
  const live = stage.newSite('commanded');
  const monitor = await stage.start('monitor', live.name);
  const first = (await monitor.describe()).runId;
  await until('the mode is set', () =>
    monitor.executeUpdate('mode', { args: [{ ...who, to: 'observe' }] }).then(String, () => undefined),
  );
  await until('the monitor continues as new', async () => (await monitor.describe()).runId !== first);
  live.lose('A');
  const command = () => monitor.query<{ score?: { sightings: unknown[] }; proposal?: { epoch: number } }>('command');
  await until('it says what it would do', async () => (await command()).score?.sightings.length);
  await until('a list shows the mode and the verdict', async () => {
    const query = `HandoverSite = "${live.name}" AND HandoverMode = "observe" AND HandoverVerdict = "region-down"`;
    return (await stage.client.workflow.count(query)).count > 0;
  });
  expect(await runs(live.name)).toMatchObject({ count: 0 });

  await monitor.executeUpdate('mode', { args: [{ ...who, to: 'approve' }] });
  const epoch = await until('a move waits', async () => (await command()).proposal?.epoch);
  await expect(monitor.executeUpdate('approve', { args: [{ ...who, epoch: '9' }] })).rejects.toMatchObject({
    cause: { type: 'Refused', message: expect.stringMatching(/not of 9; nothing was changed/) as string },
  });
  expect(await runs(live.name)).toMatchObject({ count: 0 });
  await monitor.executeUpdate('approve', { args: [{ ...who, epoch: String(epoch) }] });
  await until('a transfer runs', async () => (await runs(live.name)).count > 0);
  const result: unknown = await stage.client.workflow.getHandle(`transfer/${live.name}`).result();
  expect(result).toMatchObject({
    ending: 'completed',
    to: 'B',
    asked: expect.stringContaining('Approved by') as string,
  });
  expect(live.world.violations).toEqual([]);
});

/** Alarms that come over HTTP, from SNS and signed, as witnesses of a monitor on a real Temporal server. */
import { Connection, type WorkflowHandle } from '@temporalio/client';
import { until } from '../../lab/loopback/until';
import { monitorsAt } from '../../src/receiver/monitors';
import { readDetails } from '../../src/starters/details';
import { notification, signer, topic } from '../providers/alarms-world';
import { receiverWorld, type ReceiverWorld } from '../receiver/receiver-world';
import { vantages, type LiveSite } from './sites';
import { Stage } from './stage';

let stage: Stage;
let connection: Connection;
let world: ReceiverWorld;
beforeAll(async () => {
  stage = await Stage.open();
  connection = Connection.lazy({ address: stage.address });
  world = await receiverWorld(signer(), {}, monitorsAt(stage.client, connection).tell);
});
afterAll(async () => {
  await world.close();
  await connection.close();
  await stage.close();
});

const says = (monitor: WorkflowHandle, sentence: RegExp, since = 0) =>
  until(`${monitor.workflowId} says ${String(sentence)}`, async () => {
    const said = await readDetails(monitor);
    return sentence.test(said) && Date.parse(/As of (\S+)\./.exec(said)?.[1] ?? '') >= since && said;
  });

const at = (offsetMs = 0) => new Date(Date.now() + offsetMs).toISOString();
const sns = (NewStateValue: string, StateChangeTime = at()) =>
  world.postSns(notification({ NewStateValue, NewStateReason: 'HealthCheckStatus was below 1.', StateChangeTime }));
const signed = (state: string) => world.postSigned({ site: 'shop', name: 'uptime', state, because: 'Out.', at: at() });

/** No vantage reaches A's shop, and its replica is connected to a source that writes nothing: nobody knows whether the region is lost. */
function loseTheShop({ world: { regions }, cut }: LiveSite): void {
  for (const { server } of regions.values())
    server.log = server.log.filter(({ heartbeat }) => heartbeat === undefined || heartbeat.atMs < Date.now() - 11_000);
  regions.get('A')!.schedulerPaused = true;
  for (const vantage of vantages) cut.add(`${vantage}>A`);
}

test('an alarm declares nothing alone, makes a lost shop a lost region, and counts until it ends or is unknown', async () => {
  expect(await signed('alarm')).toMatchObject({
    status: 503,
    because: expect.stringContaining('monitor/shop does not run') as string,
  });

  const live = stage.newSite('shop');
  const source = { kind: 'cloudwatch', topic, alarm: 'shop-A-health' } as const;
  const own = { region: 'A', countsFor: 600_000 };
  live.site = { ...live.site, alarms: { cloudwatch: { ...own, source }, uptime: own } };
  const monitor = await stage.start('monitor', live.name, { mode: 'observe' });
  await says(monitor, /: healthy\./);

  expect(await sns('ALARM')).toMatchObject({ status: 200 });
  expect(await signed('alarm')).toMatchObject({ status: 200 });
  await says(monitor, /: healthy\./, Date.now());
  expect([(await sns('OK')).status, (await signed('ok')).status]).toEqual([200, 200]);

  loseTheShop(live);
  await says(monitor, /: app-down\./);
  expect((await sns('ALARM')).status).toBe(200);
  await says(monitor, /: region-down\.\*\* .*The alarm cloudwatch says: HealthCheckStatus was below 1/);
  expect((await sns('INSUFFICIENT_DATA')).status).toBe(200);
  await says(monitor, /: app-down\./);

  expect((await signed('alarm')).status).toBe(200);
  await says(monitor, /: region-down\.\*\* .*The alarm uptime says: Out/);
  expect((await signed('ok')).status).toBe(200);
  await says(monitor, /: app-down\./);

  // Overtaken by the end that came before it, and older than it may count.
  expect([(await sns('ALARM', at(-60_000))).status, (await sns('ALARM', at(-700_000))).status]).toEqual([200, 200]);
  const since = Date.now();
  expect(await says(monitor, /./, since + 1)).toMatch(/: app-down\./);
});

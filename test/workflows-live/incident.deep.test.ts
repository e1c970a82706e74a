/** What comes after a refusal or a roll-back, on a real Temporal server: nothing is ordered without end, and somebody hears why. */
import { until } from '../../lab/loopback/until';
import { planIn, readDetails } from '../../src/starters/details';
import type { TransferResult } from '../../src/domain/plan/result';
import { Stage } from './stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

test('a failover that can not fence the lost region holds for a person; what was rejected three times is not tried again by itself', async () => {
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
  const tries = async () => (await stage.client.workflow.count('WorkflowId = "transfer/asking"')).count;
  const handle = stage.client.workflow.getHandle('transfer/asking');
  const who = { who: 'ines@shop.example', because: 'I look first.' };
  const asks = async (nth: number) => {
    await until(`try ${nth} waits for a person`, async () => {
      const waits = /waits until .* Answer with: npx handover approve asking --who/.test(
        await readDetails(handle).catch(() => ''),
      );
      return waits && (await tries()) === nth;
    });
  };
  for (const nth of [1, 2, 3]) {
    await asks(nth);
    await handle.executeUpdate('reject', { args: [who] });
    expect(await handle.result()).toMatchObject({
      ending: 'rolled-back',
      because: expect.stringMatching(
        /ines@shop\.example rejected it: I look first\. Switch A off, then: npx handover transfer asking --kind failover --even-unfenced$/,
      ) as string,
    });
  }
  await says(/The failover was tried 3 times and last was .* type: npx handover acknowledge asking --who/);
  expect(live.world.region('B').server.row.epoch).toBe(1);
  expect(planIn(await readDetails(monitor))).toBeUndefined();
  const told = () => live.world.alerts.some(({ summary }) => /earlier tries did not help/.test(summary));
  await until('somebody is called', () => Promise.resolve(told()));

  await monitor.executeUpdate('acknowledge', { args: [{ who: who.who }] });
  await asks(4);
  await expect(handle.executeUpdate('approve', { args: [{ ...who, epoch: '1' }] })).rejects.toMatchObject({
    cause: { message: 'This run is of epoch 2, not of 1; nothing was changed.' },
  });
  await handle.executeUpdate('approve', { args: [{ ...who, epoch: '2', because: 'I have switched it off.' }] });
  expect(await handle.result()).toMatchObject({
    ending: 'completed',
    to: 'B',
    facts: {
      'fence-database': {
        fenced: false,
        because: expect.stringContaining('ines@shop.example approved it: I have') as string,
      },
    },
  });
  expect(live.world.violations).toEqual([]);
});

test('a transfer that is held begins no step until somebody lets it go on, and an abort rolls it back', async () => {
  const live = stage.newSite('held');
  const handle = await stage.start('transfer', live.name);
  const who = { who: 'ines@shop.example', because: 'I look first.' };
  expect(await handle.executeUpdate('hold', { args: [who] })).toMatch(/^Held by ines@shop\.example/);
  await until('it shows who holds it', async () => /Held by ines@shop\.example/.test(await readDetails(handle)));
  await expect(handle.executeUpdate('hold', { args: [who] })).rejects.toMatchObject({ cause: { type: 'Refused' } });
  await handle.executeUpdate('abort', { args: [{ ...who, because: 'Not today.' }] });
  expect(await handle.result()).toMatchObject({
    ending: 'rolled-back',
    because: 'ines@shop.example aborted the run: Not today.',
  });
  expect(live.world.region('A').server.readOnly).toBe(false);

  const again = await stage.start('transfer', live.name);
  await again.executeUpdate('hold', { args: [who] });
  await again.executeUpdate('go-on', { args: [{ who: who.who }] });
  expect(await again.result()).toMatchObject({ ending: 'completed', to: 'B' });
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

test('a primary that a stopped transfer has fenced is made writable by a person only', async () => {
  const live = stage.newSite('halfway', [{ step: 'promote-database', attempt: 1, call: 0, fault: { kind: 'denied' } }]);
  const handle = await stage.start('transfer', live.name);
  await until('it asks', async () => /Answer with: npx handover retry/.test(await readDetails(handle)));
  await handle.executeUpdate('stop', { args: [{ because: 'We look first.' }] });
  expect(await handle.result()).toMatchObject({ ending: 'needs-operator', pivotAttempted: true });
  expect(live.world.region('A').server.readOnly).toBe(true);
  const byMonitor = await stage.start('transfer', live.name, { kind: 'restore', decidedAt: Date.now() });
  await expect(byMonitor.result()).rejects.toMatchObject({
    cause: {
      type: 'Refused',
      message: expect.stringMatching(
        /^The last switchover has attempted to promote B and ended needs-operator, so a person decides/,
      ) as string,
    },
  });
  expect(live.world.region('A').server.readOnly).toBe(true);

  live.world.crash('B');
  const alone = await stage.start('transfer', live.name, { kind: 'restore' });
  await expect(alone.result()).rejects.toMatchObject({
    cause: { message: expect.stringMatching(/npx handover restore halfway --peer-is-off$/) as string },
  });
  const restore = await stage.start('transfer', live.name, { kind: 'restore', peerIsOff: true });
  await until('it asks once more', async () =>
    /Approve only if B is off .* npx handover approve/.test(await readDetails(restore)),
  );
  expect(live.world.region('A').server.readOnly).toBe(true);
  await restore.executeUpdate('approve', { args: [{ who: 'ines', because: 'I pulled the plug.' }] });
  const result = (await restore.result()) as TransferResult;
  expect(result.journal[1]?.because).toMatch(/ines approved it: I pulled the plug\.$/);
  expect(live.world.region('A').server.readOnly).toBe(false);
  expect(live.world.violations).toEqual([]);
});
